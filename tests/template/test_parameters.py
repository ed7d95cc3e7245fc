"""Every parameter explains itself, and the stack deploys with none of them given."""

import re


def test_every_parameter_is_described_and_has_a_safe_default(template):
    for name, parameter in template["Parameters"].items():
        assert len(parameter.get("Description", "")) >= 20, name
        assert "Default" in parameter, name
        if "AllowedValues" in parameter:
            assert parameter["Default"] in parameter["AllowedValues"], name
        if "AllowedPattern" in parameter:
            assert re.search(parameter["AllowedPattern"], str(parameter["Default"])), name


def test_every_parameter_stands_in_one_group_of_the_console(template):
    groups = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    grouped = [name for group in groups for name in group["Parameters"]]
    assert sorted(grouped) == sorted(template["Parameters"])


def test_every_parameter_is_used(template):
    text = str({key: template[key] for key in ("Globals", "Resources", "Conditions")})
    for name in template["Parameters"]:
        assert f"'Ref': '{name}'" in text or f"${{{name}}}" in text, name


def test_half_a_chat_channel_is_refused(template):
    assert set(template["Rules"]) == {"SlackIsComplete", "TeamsIsComplete", "OneAccountsFile", "OnePolicy"}
    for rule in template["Rules"].values():
        assert all(assertion["AssertDescription"] for assertion in rule["Assertions"])
