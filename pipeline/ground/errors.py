"""The exceptions a user may see: each message is one sentence a researcher can act on."""


class PipelineError(Exception):
    """Raised when the run cannot go on; the message says where, what was found and what is expected."""


class SettingsError(PipelineError):
    """Raised when evaluation.yml cannot be used as it stands."""


class UnknownNameError(PipelineError):
    """Raised when a wave, area, notebook or parameter that does not exist is asked for."""


class ExportError(PipelineError):
    """Raised when a raw survey export cannot be read without guessing."""


class QuotesError(PipelineError):
    """Raised when the register of quotes holds one that may not be published, or cannot be read."""


class DriversError(PipelineError):
    """Raised when aim, drivers and change ideas do not make one tree."""


class RegistersError(PipelineError):
    """Raised when a register of the improvement work holds what cannot be used; one line a mistake."""


class LedgerError(PipelineError):
    """Raised when rows in are not rows used plus rows set aside."""


class NotebookError(PipelineError):
    """Raised when a notebook stops; the message names the notebook and its cell."""


class ReleaseError(PipelineError):
    """Raised when something cannot be released, withdrawn or registered, or the register is not what it was."""


class ChangedMeanwhileError(PipelineError):
    """Raised when something was edited while a run used it, so that nobody could say what was made of what."""


class RunLockedError(PipelineError):
    """Raised when another run is already writing to the same project."""


class WorkersError(PipelineError):
    """Raised when work cannot be done by other machines' workers, or they were lost."""
