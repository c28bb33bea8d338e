"""The part of a report for statisticians: the model's own figures, and the checks as tables."""

from __future__ import annotations

from markupsafe import Markup

from pipeline.disclosure.published import NOT_AVAILABLE, SHOWN
from pipeline.presentation.measures import Row, plain_rows, rows_by_key
from pipeline.presentation.report_downloads import ReportDownloads
from pipeline.presentation.rows import change_cell, figures_cell, people_cell, ratio_cell
from pipeline.presentation.tables import Html, Table
from pipeline.presentation.wording import decimal


class StatisticianSections(ReportDownloads):
    """Pieces of HTML with the figures behind the figures."""

    def for_statisticians(self) -> Html:
        """Return odds ratios, superiority and detectable changes; of the whole area also its checks as tables."""
        tables = []
        if self.has_baseline:
            tables += [self._odds_ratios(), self._superiority(), self._detectable_table()]
        if self.is_whole:
            tables += self._of_the_whole()
        if tables:
            return Html(Markup("\n").join(table.html() for table in tables))
        return Html("<p>With one wave there is no change to model.</p>")

    def _of_the_whole(self) -> list[Table]:
        of_change = []
        if self.has_baseline:
            pooling = [self._pooling()] if self.has_pooling else []
            of_change = [*pooling, self._means(), self._p_values(), self._sensitivity()]
        return [*of_change, self._reliability(), self._blanks()]

    def _odds_ratios(self) -> Table:
        alone = rows_by_key(self.published.odds_ratios_by_item_area, "item", "area")
        pooled = rows_by_key(self.published.odds_ratios_pooled_by_item_area, "item", "area")
        found = [(one.item.short_name, (one.item.id, self.area.id)) for one in self.measures]
        rows = [[name, people_cell(alone[key][0]), ratio_cell(alone[key][0])] for name, key in found]
        header = ["Measure", "People answering", "Odds ratio"]
        if self.is_pooled:
            header[-1] = f"Odds ratio, {self.short_name} alone"
            header.append("Odds ratio, pooled")
            rows = [[*row, ratio_cell(pooled[key][0])] for row, (_, key) in zip(rows, found, strict=True)]
        caption = (
            f"Odds ratio of a higher answer in {self.labels[1]} than in {self.labels[0]}, {self.short_name}, "
            f"with {self.interval}"
        )
        return Table("table-odds-ratios", caption, header, rows, self.download("odds-ratios"))

    def _superiority(self) -> Table:
        found = rows_by_key(self.published.superiority_by_item_area, "item", "area")
        rows = []
        for one in self.measures:
            row = found[(one.item.id, self.area.id)][0]
            rows.append([one.item.short_name, people_cell(row), figures_cell(row, lambda value: str(int(value)))])
        header = ["Measure", "People answering", "Pairs of 100"]
        caption = (
            "Of 100 pairs of one earlier and one later answer, those in which the later is the higher, ties split "
            f"evenly (probability of superiority), {self.short_name}, with {self.interval}"
        )
        return Table("table-superiority", caption, header, rows, self.download("superiority"))

    def _detectable_table(self) -> Table:
        found = rows_by_key(self.published.detectable_changes_by_item_area, "item", "area")
        rows = [
            self._detectable_cells(one.item.short_name, found[(one.item.id, self.area.id)][0]) for one in self.measures
        ]
        caption = f"Smallest true change in the share that is seen four times in five (power 80%), {self.short_name}"
        header = ["Measure", "People answering", "Percentage points"]
        return Table("table-detectable", caption, header, rows, self.download("detectable"))

    def _detectable_cells(self, name: str, row: Row) -> list[str]:
        return [name, people_cell(row), str(int(row["detectable"])) if row["status"] == SHOWN else str(row["status"])]

    def _pooling(self) -> Table:
        found = rows_by_key(self.published.pooling_by_item, "item")
        rows = [[one.item.short_name, *self._pooling_cells(found[(one.item.id,)][0])] for one in self.measures]
        noun = self.evaluation.area_noun.plural
        header = ["Measure", "Mean odds ratio", "SD between, log-odds", "Own departure kept"]
        caption = (
            f"How far the {noun} differ: mean of their odds ratios and the standard deviation between them, with "
            f"{self.interval}, and how much of its own departure from the mean one keeps on average"
        )
        return Table("table-pooling", caption, header, rows, self.download("pooling"))

    def _pooling_cells(self, row: Row) -> list[str]:
        if row["status"] != SHOWN:
            return [str(row["status"])] * 3
        ends = {"estimate": "between_sd", "conf_low": "between_sd_low", "conf_high": "between_sd_high"}
        between = {"status": SHOWN} | {name: row[column] for name, column in ends.items()}
        return [ratio_cell(row), figures_cell(between, decimal), f"{int(row['own_weight'])}%"]

    def _means(self) -> Table:
        found = rows_by_key(self.published.mean_changes_by_item, "item")
        rows = []
        for one in self.measures:
            row = found[(one.item.id,)][0]
            levels = (
                f"{decimal(row['mean_baseline'])}, then {decimal(row['mean_comparison'])}"
                if row["status"] == SHOWN
                else str(row["status"])
            )
            rows.append([one.item.short_name, people_cell(row), levels, figures_cell(row, decimal)])
        caption = f"Mean level of the answers, 1 the worst, in {self.short_name}, and its change with {self.interval}"
        header = ["Measure", "People answering", "Mean level", "Change"]
        return Table("table-means", caption, header, rows, self.download("means"))

    def _p_values(self) -> Table:
        found = rows_by_key(self.published.p_values_by_item, "item")
        rows = []
        for one in self.measures:
            row = found.get((one.item.id,), [{"status": NOT_AVAILABLE}])[0]
            figures = (
                [row["p_value"], row["p_holm"], row["p_false_discovery"]]
                if row["status"] == SHOWN
                else [row["status"]] * 3
            )
            rows.append([one.item.short_name, *map(str, figures)])
        caption = (
            f"p-values of no change in the log-odds of a higher answer, {self.short_name}: as they are, and allowing "
            "for several measures (Holm; Benjamini and Hochberg)"
        )
        header = ["Measure", "p", "Holm", "False discovery rate"]
        return Table("table-p-values", caption, header, rows, self.download("p-values"))

    def _sensitivity(self) -> Table:
        found = rows_by_key(self.published.sensitivity_by_item, "item")
        rows = [
            [f"{one.item.short_name}: {row['analysis']}", people_cell(row), change_cell(row)]
            for one in self.measures
            for row in found.get((one.item.id,), [])
            if row["analysis"] in self.analyses
        ]
        caption = f"Change in the share by other analyses, {self.short_name}, in percentage points with {self.interval}"
        header = ["Measure and analysis", "People answering", "Change"]
        return Table("table-sensitivity", caption, header, rows, self.download("sensitivity"))

    def _reliability(self) -> Table:
        labels = {wave.id: wave.label for wave in self.evaluation.waves}
        rows = []
        for row in plain_rows(self.published.reliability_by_wave):
            people = str(int(row["base_n"])) if row["status"] == SHOWN else str(row["status"])
            rows.append([labels[row["wave"]], people, figures_cell(row, lambda value: decimal(value, 2))])
        caption = f"Cronbach's alpha of all the questions as one scale, {self.short_name}, with {self.interval}"
        header = ["Wave", "People who answered them all", "Alpha"]
        return Table("table-reliability", caption, header, rows, self.download("reliability"))

    def _blanks(self) -> Table:
        found = rows_by_key(self.published.blanks_by_item_wave_kind, "item", "wave")
        rows = []
        for one in self.measures:
            for wave in self.waves:
                counts = found[(one.item.id, wave.id)]
                cells = [str(int(row["base_n"])) if row["status"] == SHOWN else str(row["status"]) for row in counts]
                rows.append([f"{one.item.short_name}, {wave.label}", *cells])
        caption = f"People who answered on the scale, off it, or not at all, {self.short_name}"
        header = ["Measure and wave", "On the scale", "Off the scale", "Blank"]
        return Table("table-blanks", caption, header, rows, self.download("blanks"))
