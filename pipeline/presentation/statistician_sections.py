"""The part of a report for statisticians: the model's own figures, and the checks as tables."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from pipeline.disclosure import facts
from pipeline.disclosure.published import NOT_AVAILABLE, SHOWN, SUPPRESSED
from pipeline.presentation.measures import Row, plain_rows, rows_by_key
from pipeline.presentation.report_downloads import ReportDownloads
from pipeline.presentation.rows import change_cell, count_cell, figures_cell, people_cell, ratio_cell
from pipeline.presentation.tables import Html, Table
from pipeline.presentation.wording import decimal

# A figure, by its name in a policy, and what makes its table.
Made = tuple[str, Callable[[], Table]]


class StatisticianSections(ReportDownloads):
    """Pieces of HTML with the figures behind the figures."""

    def for_statisticians(self) -> Html:
        """Return odds ratios, superiority and detectable changes; of the whole area also its checks as tables."""
        made = [*(self._of_change() if self.has_baseline else ()), *(self._of_the_whole() if self.is_whole else ())]
        if not made:
            return Html("<p>With one wave there is no change to model.</p>")
        tables = [make().html() for figure, make in made if self.shows(figure)]
        hidden = len(tables) < len(made)
        lines = [self._hidden_figures(bool(tables))] if hidden else self._elsewhere()
        return Html(Markup("\n").join([*(Markup("<p>{}</p>").format(line) for line in lines), *tables]))

    def _hidden_figures(self, has_others: bool) -> str:
        which = "Other figures of models and checks are not" if has_others else "No figure of a model or a check is"
        why = "so fine a figure would let counts of few people be worked out"
        return f"{which} shown for {self.short_name} ({SUPPRESSED}): {why}."

    def _elsewhere(self) -> list[str]:
        if self.is_whole:
            return []
        return [
            "The checks as tables, mean levels and reliability are on the page of the whole area, where enough people "
            "answer."
        ]

    def _of_change(self) -> list[Made]:
        return [
            (facts.ODDS_RATIO, self._odds_ratios),
            (facts.SUPERIORITY, self._superiority),
            (facts.DETECTABLE, self._detectable_table),
        ]

    def _of_the_whole(self) -> list[Made]:
        of_change: list[Made] = [
            *([(facts.POOLING, self._pooling)] if self.has_pooling else []),
            (facts.MEAN, self._means),
            (facts.P_VALUE, self._p_values),
            (facts.SENSITIVITY, self._sensitivity),
        ]
        every_wave: list[Made] = [(facts.RELIABILITY, self._reliability), (facts.BLANK, self._blanks)]
        return [*(of_change if self.has_baseline else ()), *every_wave]

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
        header = ["Measure", "Mean odds ratio", "Standard deviation between, log-odds", "Own departure kept"]
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
            rows.append([labels[row["wave"]], count_cell(row), figures_cell(row, lambda value: decimal(value, 2))])
        caption = f"Cronbach's alpha of all the questions as one scale, {self.short_name}, with {self.interval}"
        header = ["Wave", "People who answered them all", "Alpha"]
        return Table("table-reliability", caption, header, rows, self.download("reliability"))

    def _blanks(self) -> Table:
        found = rows_by_key(self.published.blanks_by_item_wave_kind, "item", "wave")
        rows = []
        for one in self.measures:
            for wave in self.waves:
                counts = found[(one.item.id, wave.id)]
                rows.append([f"{one.item.short_name}, {wave.label}", *map(count_cell, counts)])
        caption = f"People who answered on the scale, off it, or not at all, {self.short_name}"
        header = ["Measure and wave", "On the scale", "Off the scale", "Blank"]
        return Table("table-blanks", caption, header, rows, self.download("blanks"))
