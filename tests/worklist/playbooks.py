"""Small playbooks for tests."""

from lealtad.company.playbook import Action, Playbook, Words


def action(name, **more):
    return Action(**{"name": name, "words": Words(en=name, es=name), "channel": "phone", "owner": "team"} | more)


def playbook(*actions, **more):
    return Playbook(**{"actions": actions or (action("call"),), "owners": {"team": 1000}} | more)
