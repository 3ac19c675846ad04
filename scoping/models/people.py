"""Workspaces, the people in them, and the clients they work for.

A workspace is one labelling company. Every row of the product belongs to one, so
that two companies on the same installation never see each other's prices.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.timezone import now

from scoping.access import Role
from scoping.calc.money import CURRENCIES

ROLES = [(role.value, role.value.capitalize()) for role in Role]
LOGO_TYPES = ("image/svg+xml", "image/png")


class Workspace(models.Model):
    """One labelling company: what its documents say about itself."""

    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=60, unique=True)
    legal_name = models.CharField(max_length=200)
    legal_address = models.TextField()
    tax_id = models.CharField("tax id", max_length=60, blank=True)
    logo = models.BinaryField(blank=True, default=b"")
    logo_type = models.CharField(
        max_length=20, blank=True, choices=[(kind, kind) for kind in LOGO_TYPES]
    )
    currency = models.CharField(
        max_length=3, default="USD", help_text="Three letters, as in ISO 4217."
    )
    site = models.CharField(
        "default site",
        max_length=60,
        blank=True,
        help_text="Where work is done unless a spec says otherwise.",
    )
    timezone = models.CharField(max_length=60, default="UTC")
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="workspace_has_a_name"),
            models.CheckConstraint(
                condition=~Q(legal_name=""), name="workspace_has_a_legal_name"
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"),
                name="workspace_currency_is_three_capitals",
            ),
            models.CheckConstraint(
                condition=Q(logo_type__in=["", *LOGO_TYPES]),
                name="workspace_logo_is_svg_or_png",
            ),
        ]

    def __str__(self) -> str:
        """Name the workspace."""
        return self.name

    def clean(self) -> None:
        """Refuse a currency that nobody pays in."""
        if self.currency not in CURRENCIES:
            raise ValidationError(
                {
                    "currency": f"“{self.currency}” is no currency of ISO 4217. Write "
                    f"three capitals, such as USD, EUR or VND."
                }
            )


class SignInPolicy(models.Model):
    """How people who work in a workspace sign in; without a row, by password alone."""

    workspace = models.OneToOneField(
        Workspace, on_delete=models.CASCADE, related_name="sign_in_policy"
    )
    second_factor = models.BooleanField(
        "second factor",
        default=True,
        help_text="Everybody but clients needs an authenticator app.",
    )

    class Meta:
        verbose_name_plural = "sign-in policies"

    def __str__(self) -> str:
        """Say what it asks for."""
        asked = "a second factor" if self.second_factor else "a password"
        return f"{self.workspace} asks for {asked}"


class UserManager(BaseUserManager["User"]):
    """Users are found by e-mail, whatever its case."""

    use_in_migrations = True

    def create_user(
        self, email: str, password: str | None = None, **fields: Any
    ) -> User:
        """Create somebody who can sign in, once a password is set."""
        if not email:
            raise ValueError("A user needs an e-mail address to sign in with.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, email: str, password: str | None = None, **fields: Any
    ) -> User:
        """Create somebody who may use Django's own admin."""
        return self.create_user(
            email, password, **(fields | {"is_staff": True, "is_superuser": True})
        )

    def get_by_natural_key(self, email: str | None) -> User:
        """Find somebody by e-mail, whatever its case."""
        return self.get(email=(email or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in; what they may do depends on the workspace."""

    email = models.EmailField("e-mail", unique=True)
    full_name = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=now, editable=False)
    language = models.CharField(max_length=10, blank=True, default="")

    objects: ClassVar[UserManager] = UserManager()

    by_key: str = ""
    """The prefix of the API key by which they ask, so that the record names it."""

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["email"]
        constraints = [
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="user_email_is_lower_case"
            )
        ]

    def __str__(self) -> str:
        """Name the person."""
        name = self.full_name or self.email
        return f"{name} by key {self.by_key}" if self.by_key else name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the address in lower case, so that it is unique whatever its case."""
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)


class Client(models.Model):
    """A company that buys labelling from a workspace."""

    workspace = models.ForeignKey(
        Workspace, on_delete=models.PROTECT, related_name="clients"
    )
    name = models.CharField(max_length=200)
    legal_name = models.CharField(max_length=200, blank=True)
    address = models.TextField(blank=True)
    tax_id = models.CharField("tax id", max_length=60, blank=True)
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "workspace",
                Lower("name"),
                name="client_name_is_unique_in_its_workspace",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="client_has_a_name"),
        ]

    def __str__(self) -> str:
        """Name the client."""
        return self.name


class PasswordLink(models.Model):
    """The last link to a new password that somebody was sent; older ones open nothing.

    `nonce` is a part of what its token is made of, and nothing that opens it.
    """

    user = models.OneToOneField(
        User, on_delete=models.CASCADE, related_name="password_link"
    )
    nonce = models.CharField(max_length=32)

    def __str__(self) -> str:
        """Say whose it is."""
        return f"link to a new password of {self.user}"


class Membership(models.Model):
    """What a person is within one workspace."""

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="memberships"
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=ROLES)
    client = models.ForeignKey(
        Client,
        on_delete=models.CASCADE,
        related_name="memberships",
        null=True,
        blank=True,
    )
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ["workspace", "user"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "user"],
                name="membership_is_one_per_person_and_workspace",
            ),
            models.CheckConstraint(
                condition=Q(role__in=[role for role, _ in ROLES]),
                name="membership_role_is_known",
            ),
            models.CheckConstraint(
                condition=(
                    Q(role=Role.CLIENT, client__isnull=False)
                    | (~Q(role=Role.CLIENT) & Q(client__isnull=True))
                ),
                name="membership_names_a_client_only_for_client_users",
            ),
        ]

    def __str__(self) -> str:
        """Say who is what, and where."""
        return f"{self.user}, {self.role} at {self.workspace}"

    def clean(self) -> None:
        """Refuse a client of another workspace."""
        if self.client is not None and self.client.workspace_id != self.workspace_id:
            raise ValidationError({"client": "This client is of another workspace."})
