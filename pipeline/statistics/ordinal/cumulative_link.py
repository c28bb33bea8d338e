"""The cumulative-link (proportional odds) model, logit P(Y <= j) = theta_j - x'beta.

Fitted by Newton's method with analytic derivatives. Positive beta means higher levels. The model is McCullagh
1980, JRSS B 42:109; signs and names follow Christensen's `ordinal::clm`. Where the likelihood has no finite
maximum the answer is `NotIdentified`, with the reason in words, never a number.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import linalg
from scipy.optimize import linprog
from scipy.stats import norm, t

from pipeline.statistics.ordinal.links import LINKS, Floats, Link, log_mass_between, quantile, relative_density
from pipeline.statistics.proportions import check_conf_level

Ints = NDArray[np.int64]

# Under separation a Newton step moves some predictor by about 1 (logit) or by 1/its size (probit) for ever,
# so a small step tells a real maximum from a drift to infinity, which a small gradient does not.
STEP_TOLERANCE = 1e-7
MAX_STEPS = 30
MAX_HALVINGS = 30
SMALLEST_RELATIVE_SINGULAR_VALUE = 1e-9
SMALLEST_RELATIVE_CURVATURE = 1e-12
SMALLEST_RELATIVE_VARIANCE = 1e-10


@dataclass(frozen=True)
class NotIdentified:
    """No estimate exists; `reason` says why in one plain sentence."""

    reason: str


@dataclass(frozen=True)
class CumulativeLinkFit:
    """A fitted model; every covariance runs over the thresholds, then beta."""

    levels: Ints
    thresholds: Floats
    beta: Floats
    cov: Floats
    cov_robust: Floats | None
    loglik: float
    n_obs: int
    n_clusters: int | None

    @property
    def estimate(self) -> Floats:
        """Thresholds, then beta, on the scale of the link."""
        return np.concatenate([self.thresholds, self.beta])

    @property
    def std_error(self) -> Floats:
        """Standard errors of `estimate`: clustered where clusters were given, else model based."""
        return np.sqrt(np.diag(self.cov if self.cov_robust is None else self.cov_robust))

    @property
    def std_error_model(self) -> Floats:
        """Model-based standard errors of `estimate`, from the inverse observed information."""
        return np.sqrt(np.diag(self.cov))

    def conf_int(self, conf_level: float) -> Floats:
        """Give Wald intervals of `estimate`, shape (thresholds + beta, 2).

        Student's t with n_clusters - 1 degrees of freedom when clustered, else normal. Raises ValueError for
        a conf_level outside 0..1. Source: Cameron and Miller 2015, Journal of Human Resources 50:317.
        """
        check_conf_level(conf_level)
        upper_tail = 1 - (1 - conf_level) / 2
        quantile = norm.ppf(upper_tail) if self.n_clusters is None else t.ppf(upper_tail, self.n_clusters - 1)
        reach = quantile * self.std_error
        return np.column_stack([self.estimate - reach, self.estimate + reach])


def fit_cumulative_link(
    levels: NDArray[np.integer], design: Floats, *, clusters: NDArray | None = None, link: Link = "logit"
) -> CumulativeLinkFit | NotIdentified:
    """Fit levels (n integers) on design (n rows, p columns, no constant) by maximum likelihood.

    Levels nobody chose are dropped. `clusters` (n labels, compared for equality only) adds the sandwich
    covariance with the factor G/(G-1). Coefficients are on the link's scale. Raises ValueError for arrays
    that do not fit together or hold missing numbers, or an unknown link. Sources: McCullagh 1980; Liang and
    Zeger 1986, Biometrika 73:13.
    """
    design = np.asarray(design, dtype=float)
    _check_arrays(np.asarray(levels), design, link)
    cluster_codes = None if clusters is None else _code_clusters(clusters, len(design))
    used_levels, codes = np.unique(levels, return_inverse=True)
    obstacle = _find_obstacle(used_levels, design, cluster_codes)
    if obstacle:
        return NotIdentified(obstacle)
    centre, spread = design.mean(axis=0), design.std(axis=0)
    problem = _Problem(codes, (design - centre) / spread, len(used_levels), link)
    scaled_estimate = problem.maximise()
    if scaled_estimate is None:
        return NotIdentified(problem.explain_failure())
    unscale = _unscaling_matrix(centre, spread, len(used_levels) - 1)
    return _assemble(problem, scaled_estimate, unscale, used_levels, cluster_codes)


def _check_arrays(levels: NDArray, design: Floats, link: str) -> None:
    if levels.ndim != 1 or not np.issubdtype(levels.dtype, np.integer):
        raise ValueError("levels must be a one-dimensional array of integers without missing values")
    if design.ndim != 2 or len(design) != len(levels):
        raise ValueError(f"design must have two dimensions and {len(levels)} rows, not {design.shape}")
    if not np.isfinite(design).all():
        raise ValueError("design holds a missing or infinite number")
    if link not in LINKS:
        raise ValueError(f"the link must be logit or probit, not {link}")


def _code_clusters(clusters: NDArray, n_obs: int) -> Ints:
    if len(clusters) != n_obs:
        raise ValueError(f"clusters must hold {n_obs} labels, not {len(clusters)}")
    # Codes by order of appearance: sums over clusters then do not depend on the labels' values.
    codes = pd.factorize(np.asarray(clusters))[0]
    if (codes < 0).any():
        raise ValueError("clusters holds a missing label")
    return codes


def _find_obstacle(used_levels: Ints, design: Floats, cluster_codes: Ints | None) -> str:
    if len(used_levels) == 0:
        return "Nobody answered."
    if len(used_levels) == 1:
        return "Everyone gave the same answer, so there is nothing to compare."
    if cluster_codes is not None and cluster_codes.max() == 0:
        return "All answers come from one person, so their uncertainty cannot be judged."
    if not _has_full_rank(design):
        return "What the answers are compared by does not vary enough to tell its effects apart."
    return ""


def _has_full_rank(design: Floats) -> bool:
    if design.shape[1] == 0:
        return True
    spread = design.std(axis=0)
    if (spread <= SMALLEST_RELATIVE_SINGULAR_VALUE * np.abs(design).max(axis=0)).any():
        return False
    singular = np.linalg.svd((design - design.mean(axis=0)) / spread, compute_uv=False)
    enough_rows = len(singular) == design.shape[1]
    return bool(enough_rows and singular[-1] > SMALLEST_RELATIVE_SINGULAR_VALUE * singular[0])


def _unscaling_matrix(centre: Floats, spread: Floats, n_thresholds: int) -> Floats:
    """Turn parameters for centred, scaled columns into those for the columns as given."""
    unscale = np.eye(n_thresholds + len(centre))
    unscale[:n_thresholds, n_thresholds:] = centre / spread
    unscale[n_thresholds:, n_thresholds:] = np.diag(1 / spread)
    return unscale


def _assemble(
    problem: "_Problem",
    scaled_estimate: Floats,
    unscale: Floats,
    used_levels: Ints,
    cluster_codes: Ints | None,
) -> CumulativeLinkFit | NotIdentified:
    loglik, scores, information = problem.evaluate(scaled_estimate)
    cov_scaled = linalg.inv(information)
    estimate, n_thresholds = unscale @ scaled_estimate, len(used_levels) - 1
    cov = _symmetric(unscale @ cov_scaled @ unscale.T)
    cov_robust, n_clusters = None, None
    if cluster_codes is not None:
        n_clusters = int(cluster_codes.max()) + 1
        influence = unscale @ cov_scaled @ _sum_by_cluster(scores, cluster_codes, n_clusters).T
        cov_robust = _symmetric(influence @ influence.T) * (n_clusters / (n_clusters - 1))
        if _has_vanishing_variance(cov_robust, cov, n_thresholds):
            return NotIdentified("No two people differ in how they changed, so the uncertainty cannot be judged.")
    return CumulativeLinkFit(
        used_levels,
        estimate[:n_thresholds],
        estimate[n_thresholds:],
        cov,
        cov_robust,
        loglik,
        len(scores),
        n_clusters,
    )


def _has_vanishing_variance(cov_robust: Floats, cov: Floats, n_thresholds: int) -> bool:
    """Tell whether an interval would have no width, as when the same people gave the same answers twice."""
    robust, model = np.diag(cov_robust)[n_thresholds:], np.diag(cov)[n_thresholds:]
    return bool((robust <= SMALLEST_RELATIVE_VARIANCE * model).any())


def _sum_by_cluster(scores: Floats, cluster_codes: Ints, n_clusters: int) -> Floats:
    sums = np.zeros((n_clusters, scores.shape[1]))
    np.add.at(sums, cluster_codes, scores)
    return sums


def _symmetric(matrix: Floats) -> Floats:
    return (matrix + matrix.T) / 2


class _Problem:
    """The log-likelihood: each answer lies between an upper and a lower cut, linear in the parameters."""

    def __init__(self, codes: Ints, design: Floats, n_levels: int, link: Link) -> None:
        n_obs, n_thresholds = len(codes), n_levels - 1
        self.link, self.n_thresholds = link, n_thresholds
        self.has_upper, self.has_lower = codes < n_thresholds, codes > 0
        self.upper = np.hstack([np.zeros((n_obs, n_thresholds)), -design])
        self.lower = self.upper.copy()
        rows = np.arange(n_obs)
        self.upper[rows[self.has_upper], codes[self.has_upper]] = 1
        self.lower[rows[self.has_lower], codes[self.has_lower] - 1] = 1
        self.upper[~self.has_upper] = 0
        self.lower[~self.has_lower] = 0
        below = np.cumsum(np.bincount(codes, minlength=n_levels))[:-1] / n_obs
        self.start = np.concatenate([quantile(below, link), np.zeros(design.shape[1])])

    def log_probabilities(self, params: Floats) -> Floats:
        """Give log P(Y = observed level) per answer; -inf throughout when thresholds are out of order."""
        if (np.diff(params[: self.n_thresholds]) <= 0).any():
            return np.full(len(self.upper), -np.inf)
        return log_mass_between(*self._cuts(params), self.link)

    def evaluate(self, params: Floats) -> tuple[float, Floats, Floats]:
        """Give the log-likelihood, the score of each answer (n, q) and the observed information (q, q)."""
        upper_cut, lower_cut = self._cuts(params)
        log_mass = log_mass_between(upper_cut, lower_cut, self.link)
        # With m = F(u) - F(l), log m has the slope f(u)/m and the bend f'(u)/m - (f(u)/m)^2 in u. All squares
        # and cross products of slopes, those in l included, are the outer product of the score.
        slope_u, bend_u = relative_density(upper_cut, log_mass, self.link, self.has_upper)
        slope_l, bend_l = relative_density(lower_cut, log_mass, self.link, self.has_lower)
        scores = slope_u[:, None] * self.upper - slope_l[:, None] * self.lower
        bends = self.upper.T @ (bend_u[:, None] * self.upper) - self.lower.T @ (bend_l[:, None] * self.lower)
        return float(log_mass.sum()), scores, _symmetric(scores.T @ scores - bends)

    def maximise(self) -> Floats | None:
        """Give the maximum-likelihood parameters, or None when Newton's method settles nowhere."""
        params = self.start
        for _ in range(MAX_STEPS):
            loglik, scores, information = self.evaluate(params)
            step = _newton_step(information, scores.sum(axis=0))
            if step is None:
                return None
            reach = max(np.abs(self.upper @ step).max(), np.abs(self.lower @ step).max())
            if reach < STEP_TOLERANCE:
                return params + step
            halved = self._halve_until_no_worse(params, step, loglik)
            if halved is None:
                return None
            params = halved
        return None

    def explain_failure(self) -> str:
        """Say why there is no maximum: separation, if no answer gets less likely along some direction.

        Albert and Anderson's condition (1984, Biometrika 71:1) as a linear program: find a direction in which
        every upper cut rises or stays, every lower cut falls or stays, and some cut moves.
        """
        gains = np.unique(np.vstack([self.upper[self.has_upper], -self.lower[self.has_lower]]), axis=0)
        bounded = linprog(
            -gains.sum(axis=0), A_ub=np.vstack([-gains, gains]),
            b_ub=np.repeat([0.0, 1.0], len(gains)), bounds=(None, None),
        )  # fmt: skip
        if bounded.status == 0 and -bounded.fun > 0.5:
            return "The answers of those compared overlap too little (separation), so no finite estimate exists."
        return "The model could not be fitted reliably to these answers."

    def _cuts(self, params: Floats) -> tuple[Floats, Floats]:
        upper_cut = np.where(self.has_upper, self.upper @ params, np.inf)
        lower_cut = np.where(self.has_lower, self.lower @ params, -np.inf)
        return upper_cut, lower_cut

    def _halve_until_no_worse(self, params: Floats, step: Floats, loglik: float) -> Floats | None:
        # The last bits of a sum of n logarithms are noise: a step may seem worse by that much.
        floor = loglik - 1e-13 * (1 + abs(loglik))
        for halvings in range(MAX_HALVINGS):
            trial = params + step / 2**halvings
            if self.log_probabilities(trial).sum() >= floor:
                return trial
        return None


def _newton_step(information: Floats, gradient: Floats) -> Floats | None:
    """Give the Newton step, or None where the likelihood is (nearly) flat in some direction."""
    if not np.isfinite(information).all():
        return None
    curvatures = linalg.eigvalsh(information)
    if curvatures[0] <= SMALLEST_RELATIVE_CURVATURE * curvatures[-1]:
        return None
    return linalg.solve(information, gradient, assume_a="pos")
