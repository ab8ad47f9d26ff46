"""`[lake]` of `lealtad.toml`: the address of the company's lake in an object store."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from lealtad.base.toml_file import Section
from lealtad.lake.object_store.address import SCHEMES, is_address
from lealtad.lake.object_store.place import check_options
from lealtad.sources.secret import is_reference


class LakeSettings(Section):
    """The location of the lake.

    Attributes
    ----------
    address
        `s3://BUCKET/KEY`, `gs://…` or `az://…`, or a `${NAME}` reference to the environment; None: the folder of
        the run.
    options
        Options of the store, such as `endpoint`; a secret is a `${NAME}` reference. Without options, the
        environment decides how the store is reached.
    """

    address: str | None = None
    options: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.address is not None and not (is_address(self.address) or is_reference(self.address)):
            known = ", ".join(f"{scheme}://" for scheme in SCHEMES)
            raise ValueError(f"address: expected an address with {known}, found '{self.address}'")
        check_options(self.options)  # not a ValueError, whose message would show the value
        return self

    def describe(self) -> str:
        """Return the address and its options in words; secrets are references.

        Examples
        --------
        >>> LakeSettings(address="s3://acme/lake", options={"endpoint": "http://store:9000"}).describe()
        's3://acme/lake, endpoint http://store:9000'
        """
        return ", ".join((str(self.address), *(f"{name} {value}" for name, value in sorted(self.options.items()))))
