"""Imports every table, so that the metadata is whole wherever it is compared or created."""

from api.case_systems import models as case_systems
from api.channels.telegram import models as telegram
from api.conversations import models as conversations
from api.intakes import access
from api.intakes import models as intakes
from api.notices import models as notices
from api.people import models as people
from api.privacy import models as privacy
from api.reporting_code import models as reporting_code
from api.rights import models as rights

__all__ = [
    "access",
    "case_systems",
    "conversations",
    "intakes",
    "notices",
    "people",
    "privacy",
    "reporting_code",
    "rights",
    "telegram",
]
