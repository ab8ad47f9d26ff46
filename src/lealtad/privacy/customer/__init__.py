"""What is stored about a customer, for an access request."""

from lealtad.privacy.customer.dossier import Dossier, gather_dossier
from lealtad.privacy.customer.page import write_dossier

__all__ = ["Dossier", "gather_dossier", "write_dossier"]
