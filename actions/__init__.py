"""What the assistant does between hearing and speaking. One file per concern; Rasa finds the classes by importing this package."""

from actions.crisis import Crisis, HandOverCrisis
from actions.dialogue import ExplainQuestion, Stop
from actions.hand_over import HandOver
from actions.information import Inform
from actions.intake_form import (
    AskChecked,
    AskConsent,
    AskContact,
    AskName,
    AskPlace,
    OtherQuestion,
    SubmitIntake,
    ValidateIntakeForm,
)
from actions.triage_form import AskService, ExplainService, ValidateTriageForm

__all__ = [
    "AskChecked",
    "AskConsent",
    "AskContact",
    "AskName",
    "AskPlace",
    "AskService",
    "Crisis",
    "ExplainQuestion",
    "ExplainService",
    "HandOver",
    "HandOverCrisis",
    "Inform",
    "OtherQuestion",
    "Stop",
    "SubmitIntake",
    "ValidateIntakeForm",
    "ValidateTriageForm",
]
