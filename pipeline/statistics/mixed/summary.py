"""The printed form of an ordered model's results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from statsmodels.iolib.summary import Summary
from statsmodels.iolib.table import SimpleTable

from pipeline.statistics.mixed.mixed_fit import MixedFit

if TYPE_CHECKING:
    from pipeline.statistics.mixed.results import OrderedResults


def build_summary(results: OrderedResults) -> Summary:
    """Give the tables of the results, as statsmodels prints them."""
    summary = Summary()
    summary.tables = [SimpleTable(_head(results), title="Ordered model"), _parameters(results)]
    if isinstance(results.fit, MixedFit):
        summary.tables.append(_random_part(results))
    summary.add_extra_txt(_notes(results))
    return summary


def _head(results: OrderedResults) -> list[list[str]]:
    rows = [
        ["Formula:", results.formula.text],
        ["Link:", results.link],
        ["Rows used:", str(results.nobs)],
        ["Rows with a missing value:", str(results.n_missing)],
        ["Log-likelihood:", f"{results.llf:.4f}"],
        ["AIC:", f"{results.aic:.2f}"],
    ]
    if isinstance(results.fit, MixedFit):
        rows.append(["Quadrature points:", str(results.fit.n_points)])
    if results.n_clusters is not None:
        rows.append(["Clusters:", str(results.n_clusters)])
    return rows


def _parameters(results: OrderedResults) -> SimpleTable:
    intervals = results.conf_int()
    statistic = "z" if results.n_clusters is None else "t"
    columns = [results.params, results.bse, results.tvalues, results.pvalues, intervals[0], intervals[1]]
    cells = [[f"{value:.4f}" for value in row] for row in zip(*columns, strict=True)]
    heads = ["coef", "std err", statistic, f"P>|{statistic}|", "[0.025", "0.975]"]
    return SimpleTable(cells, headers=heads, stubs=results.names)


def _random_part(results: OrderedResults) -> SimpleTable:
    errors = results.random_sd_std_error
    shown = {name: "not defined" if error is None else f"{error:.4f}" for name, error in errors.items()}
    cells = [[f"{sd:.4f}", shown[name]] for name, sd in zip(shown, results.random_sd, strict=True)]
    return SimpleTable(cells, headers=["std dev", "std err"], stubs=results.effect_names, title="Random effects")


def _notes(results: OrderedResults) -> list[str]:
    fit = results.fit
    if not isinstance(fit, MixedFit):
        return []
    notes = ["Coefficients are for one unit at a given random effect; effects on average over units are smaller."]
    if fit.at_boundary:
        notes.append("The random part is at its boundary (a spread of 0, or a correlation of 1).")
    if fit.sd_prior_scale is not None:
        notes.append(
            f"Penalised likelihood: the standard deviation has a half-normal prior of scale {fit.sd_prior_scale:g}; "
            "the log-likelihood is without it."
        )
    return notes
