"""The catalogue, read and checked: what the organisation itself decides. Data decides, code obeys.

One folder per organisation (`catalogue/demo/`), YAML that content people can edit, checked against `schemas/`. Both environments read it
with this package, so it uses nothing but PyYAML and jsonschema.
"""

from organisation.loader import load_catalogue
from organisation.model import Area, Catalogue, HelpLine, Organisation, Service, Team
from organisation.source import CatalogueError

__all__ = ["Area", "Catalogue", "CatalogueError", "HelpLine", "Organisation", "Service", "Team", "load_catalogue"]
