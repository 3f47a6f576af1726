"""deploy/aws: the Terraform files parse, refer to what there is, encrypt every way, grant little.

No provider is asked (that needs its download and an account): argument names are not checked.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hcl2
import pytest
from django.conf import settings as django_settings

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "aws"
FILES = sorted(FOLDER.glob("*.tf"))
TEXT = {path.name: path.read_text(encoding="utf-8") for path in FILES}
WHOLE = "\n".join(TEXT.values())
NEEDED_TO_START = re.compile(r'env\.(?:str|db)\("([A-Z_]+)"(?:, engine="[\w.]+")?\)')
READ = re.compile(r'env\.\w+\(\s*"([A-Z_]+)"')


def plain(value: Any) -> Any:
    """Parsed HCL without quotation marks around names and texts."""
    if isinstance(value, dict):
        return {plain(k): plain(v) for k, v in value.items() if not str(k).startswith("__")}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return value.strip('"') if isinstance(value, str) else value


PARSED = {name: plain(hcl2.loads(text)) for name, text in TEXT.items()}


def blocks(kind: str) -> Iterator[tuple[str, Any]]:
    """(address, body) of every `resource` or `data` block: "aws_lb.web"."""
    for parsed in PARSED.values():
        for block in parsed.get(kind, []):
            for of, named in block.items():
                for name, body in named.items():
                    yield f"{of}.{name}", body


def names(kind: str) -> set[str]:
    """Declared variables."""
    return {name for parsed in PARSED.values() for block in parsed.get(kind, []) for name in block}


RESOURCES, DATA = dict(blocks("resource")), dict(blocks("data"))
LOCALS: dict[str, Any] = {
    k: v
    for parsed in PARSED.values()
    for block in parsed.get("locals", [])
    for k, v in block.items()
}
STATEMENTS = [
    (address, statement)
    for address, body in DATA.items()
    if address.startswith("aws_iam_policy_document")
    for statement in body["statement"]
]


def test_what_is_referred_to_is_declared_and_what_is_declared_is_used() -> None:
    code = re.sub(r"(?m)^\s*#.*$|description\s*=.*$", "", WHOLE)
    assert set(re.findall(r"\bvar\.(\w+)", code)) == names("variable")
    assert set(re.findall(r"\blocal\.(\w+)", code)) == set(LOCALS)
    used_data = set(re.findall(r"\bdata\.(aws_\w+\.\w+)", code))
    assert used_data == set(DATA)
    used = set(re.findall(r"(?<![.\w])(aws_\w+\.\w+)", code))
    assert used <= set(RESOURCES), used - set(RESOURCES)
    assert len(RESOURCES) > 40


def test_every_way_is_encrypted() -> None:
    database = RESOURCES["aws_db_instance.database"]
    assert database["storage_encrypted"] is True
    assert database["publicly_accessible"] is False
    forced = RESOURCES["aws_db_parameter_group.database"]["parameter"]
    assert {"name": "rds.force_ssl", "value": "1"} in forced
    broker = RESOURCES["aws_elasticache_replication_group.broker"]
    assert broker["transit_encryption_enabled"] is broker["at_rest_encryption_enabled"] is True
    assert broker["transit_encryption_mode"] == "required"
    index = RESOURCES["aws_opensearch_domain.index"]
    assert index["domain_endpoint_options"][0]["enforce_https"] is True
    assert "TLS-1-2" in index["domain_endpoint_options"][0]["tls_security_policy"]
    assert index["node_to_node_encryption"] == [{"enabled": True}]
    assert index["encrypt_at_rest"][0]["enabled"] is True
    assert RESOURCES["aws_efs_file_system.files"]["encrypted"] is True
    assert 'transit_encryption = "ENABLED"' in TEXT["tasks.tf"]
    listeners = [b for a, b in RESOURCES.items() if a.startswith("aws_lb_listener.")]
    assert [(one["protocol"], one["port"]) for one in listeners] == [("HTTPS", 443)]
    assert "TLS13" in listeners[0]["ssl_policy"]
    assert RESOURCES["aws_lb_target_group.web"]["protocol"] == "HTTPS"
    assert RESOURCES["aws_lb.web"]["internal"] is True


def test_checkpoints_and_backups_are_locked_and_taken_over_tls_only() -> None:
    locked = RESOURCES["aws_s3_bucket_object_lock_configuration.locked"]["rule"][0]
    assert locked["default_retention"][0]["mode"] == "COMPLIANCE"
    assert RESOURCES["aws_s3_bucket.locked"]["object_lock_enabled"] is True
    assert set(LOCALS["locked"]) == {"checkpoints", "backups"}
    buckets = [a for a in RESOURCES if a.startswith("aws_s3_bucket.")]
    assert buckets == ["aws_s3_bucket.locked"]
    refused = DATA["aws_iam_policy_document.only_tls"]["statement"][0]
    assert refused["effect"] == "Deny"
    assert refused["condition"][0] == {
        "test": "Bool", "variable": "aws:SecureTransport", "values": ["false"],
    }  # fmt: skip
    private = RESOURCES["aws_s3_bucket_public_access_block.locked"]
    assert all(v is True for k, v in private.items() if k.startswith(("block", "ignore", "restr")))


def test_no_statement_grants_everything_or_reaches_everything() -> None:
    granting = [(a, s) for a, s in STATEMENTS if s.get("effect", "Allow") == "Allow"]
    assert len(granting) >= 10
    for address, statement in granting:
        for action in statement["actions"]:
            service, _, what = action.partition(":")
            assert what.strip("*"), (address, action)
            assert "*" not in service, (address, action)
        if "*" in statement.get("resources", []) and isinstance(statement["resources"], list):
            assert statement["actions"] == ["ecr:GetAuthorizationToken"], address
    worker = {a for s in DATA["aws_iam_policy_document.worker"]["statement"] for a in s["actions"]}
    assert not [a for a in worker if "Delete" in a or "Bypass" in a]
    policies = {a: b["role"] for a, b in RESOURCES.items() if a.startswith("aws_iam_role_policy.")}
    assert not [a for a, role in policies.items() if '"web"' in role]  # web may do nothing at AWS


def test_networks_admit_officers_to_the_balancer_and_nobody_from_anywhere() -> None:
    rules = {a: b for a, b in RESOURCES.items() if "ingress_rule" in a or "egress_rule" in a}
    assert "0.0.0.0/0" not in WHOLE
    assert "::/0" not in WHOLE
    by_address = {a for a, b in rules.items() if "cidr_ipv4" in b or "cidr_ipv6" in b}
    assert by_address == {"aws_vpc_security_group_ingress_rule.officers"}
    assert all(b["from_port"] == b["to_port"] for b in rules.values())
    assert not [b for b in RESOURCES.values() if "ingress" in b or "egress" in b]


def test_tasks_get_the_settings_that_the_product_reads_and_secrets_only_as_secrets() -> None:
    base = (ROOT / "wmp_search/settings/base.py").read_text()
    read = set(READ.findall(base))
    needed = set(NEEDED_TO_START.findall(base))
    assert {"SECRET_KEY", "DATABASE_URL", "AUDIT_CHECKPOINTS"} <= needed
    given, common = set(LOCALS["settings"]), set(LOCALS["common_secrets"])
    extra = {"AUDIT_SIGNING_KEY"}  # the key itself, which the task writes into its file
    for name, task in LOCALS["tasks"].items():
        secrets = secrets_of(task, common)
        assert needed <= given | secrets, name
        assert secrets - extra <= read, name
        assert not secrets & given, name
    assert given - {"DJANGO_SETTINGS_MODULE"} <= read
    assert not [n for n in given if re.search(r"PASSWORD|SECRET|_URL|TOKEN", n)]


def secrets_of(task: dict[str, Any], common: set[str]) -> set[str]:
    return (common if "local.common_secrets" in str(task["secrets"]) else set()) | set(
        re.findall(r'"([A-Z_]+)"', str(task["secrets"]))
    )


@pytest.mark.parametrize(
    ("secret", "holders"),
    [
        ("OWNER_DATABASE_URL", {"prepare"}),
        ("AUDIT_SIGNING_KEY", {"index", "prepare"}),
        ("OIDC_CLIENT_SECRET", {"web"}),
    ],
)
def test_a_secret_reaches_those_tasks_alone_that_need_it(secret: str, holders: set[str]) -> None:
    common = set(LOCALS["common_secrets"])
    tasks = LOCALS["tasks"].items()
    assert {name for name, task in tasks if secret in secrets_of(task, common)} == holders


def test_every_queue_has_a_worker_and_the_guide_names_every_secret() -> None:
    commands = " ".join(str(task["command"]) for task in LOCALS["tasks"].values())
    served = {q for found in re.findall(r"-Q ([\w,]+)", commands) for q in found.split(",")}
    routed = {r["queue"] for r in django_settings.CELERY_TASK_ROUTES.values()}
    assert routed | {django_settings.CELERY_TASK_DEFAULT_QUEUE} == served
    guide = (ROOT / "deploy/aws.md").read_text(encoding="utf-8")
    wanted = set(re.findall(r'var\.secrets\["(\w+)"\]', WHOLE)) | {
        s for t in LOCALS["tasks"].values() for s in secrets_of(t, set(LOCALS["common_secrets"]))
    }
    assert [s for s in sorted(wanted) if f"`{s}`" not in guide] == []
    for name in names("variable"):
        assert f"`{name}`" in guide
