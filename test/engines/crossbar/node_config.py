"""The configuration of a Crossbar.io node for estrom: who may join where, and what they may do."""

SERIALIZERS = ["json", "msgpack"]
# Crossbar.io reads it from its environment: it stands in no file.
SECRET = "${ESTROM_CROSSBAR_SECRET}"
NOTHING = {"call": False, "register": False, "publish": False, "subscribe": False}


def _permission(uri, *allowed):
    return {
        "uri": uri,
        "match": "prefix",
        "allow": NOTHING | {action: True for action in allowed},
        # estrom has to know who calls its procedures.
        "disclose": {"caller": True, "publisher": False},
        "cache": True,
    }


# What estrom itself needs: its topics, the meta API, and its procedures.
BACKEND = {
    "name": "backend",
    "permissions": [
        _permission("docs-for-", "publish", "subscribe"),
        _permission("orders-for-", "publish"),
        _permission("wamp.", "call", "subscribe"),
        _permission("estrom.", "call", "register", "publish", "subscribe"),
    ],
}
EVERYTHING = {"name": "anonymous", "permissions": [_permission("", *NOTHING)]}
# Beware: a static permission for topics with a prefix allows to subscribe to the prefix itself, that
# is to everybody's hits. Only an authorizer can allow single topics.
OPEN = {"name": "subscriber", "permissions": [_permission("docs-for-", "subscribe"), _permission("estrom.register_query", "call")]}
AUTHORIZED = {"name": "subscriber", "authorizer": "estrom.authorize"}


def _backend_auth(method):
    if method == "ticket":
        return {"ticket": {"type": "static", "principals": {"estrom": {"ticket": SECRET, "role": "backend"}}}}
    if method == "wampcra":
        return {"wampcra": {"type": "static", "users": {"estrom": {"secret": SECRET, "role": "backend"}}}}
    return {"anonymous": {"type": "static", "role": "anonymous"}}


def _subscriber_auth(method, subscribers):
    if method == "anonymous":
        return {"anonymous": {"type": "static", "role": "anonymous"}}
    if subscribers == "authenticated":
        return {"ticket": {"type": "dynamic", "authenticator": "estrom.authenticate", "authenticator-realm": "estrom"}}
    return {"anonymous": {"type": "static", "role": "subscriber"}}


def _websocket(auth):
    # Pings find clients that are gone without a word.
    options = {"tcp_nodelay": True, "auto_ping_interval": 10000, "auto_ping_timeout": 10000}
    return {"type": "websocket", "serializers": SERIALIZERS, "options": options, "auth": auth}


def node_config(port, method, subscribers):
    if method == "anonymous":
        roles = [EVERYTHING]
    else:
        roles = [BACKEND, OPEN if subscribers == "open" else AUTHORIZED]
    realm = {
        "name": "estrom",
        # The meta API tells estrom which topics anybody listens to.
        "options": {"uri_check": "loose", "enable_meta_api": True, "bridge_meta_api": False},
        "roles": roles,
    }
    transport = {
        "type": "universal",
        "endpoint": {"type": "tcp", "interface": "127.0.0.1", "port": port, "backlog": 1024},
        "websocket": {
            "ws": _websocket(_subscriber_auth(method, subscribers)),
            "backend": _websocket(_backend_auth(method)),
        },
    }
    worker = {"type": "router", "realms": [realm], "transports": [transport]}
    return {"version": 2, "controller": {}, "workers": [worker]}
