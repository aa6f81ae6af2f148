#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plants each violation in a small house and expects the checker to name it."""
import tempfile
import unittest
from pathlib import Path

import check

SPDX = "// SPDX-License-Identifier: Apache-2.0\n"
HOUSE = {
    "core/net/README.md": "bytes in, bytes out\n",
    "core/net/loop.h": SPDX + "#pragma once\n",
    "core/net/loop.cpp": SPDX + '#include "net/loop.h"\n#include "config/schema.h"\n#include <Poco/Net/Socket.h>\n',
    "core/http/README.md": "words\n",
    "core/http/router.cpp": SPDX + '#include "net/loop.h"\n#include <mortise/request.h>\n',
    "sdk/README.md": "the promise\n",
    "sdk/include/mortise/request.h": SPDX + "#pragma once\n#include <mortise/json.h>\n#include <boost/json.hpp>\n",
    "plugins/hello/README.md": "greets\n",
    "plugins/hello/hello.cpp": SPDX + '#include <mortise/sdk.h>\n#include "greeting.h"\n#include <sodium.h>\n',
    "plugins/hello/greeting.h": SPDX + "#pragma once\n",
    "plugins/other/README.md": "is beside it\n",
    "plugins/other/other.h": SPDX + "#pragma once\n",
}
TARGETS = """\
mortise-sdk SHARED_LIBRARY Boost::json
mortise-net STATIC_LIBRARY mortise-sdk Poco::Net
mortise-http STATIC_LIBRARY mortise-sdk mortise-net
plugin-hello MODULE_LIBRARY Mortise::sdk sodium
"""


class House(unittest.TestCase):
    def faults(self, changes=None, targets=None):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for name, text in {**HOUSE, **(changes or {})}.items():
                if text is not None:
                    (root / name).parent.mkdir(parents=True, exist_ok=True)
                    (root / name).write_text(text)
            (root / "targets.txt").write_text(targets or TARGETS)
            return check.check(root, root / "targets.txt").faults

    def assert_fault(self, expected, changes=None, targets=None):
        faults = self.faults(changes, targets)
        self.assertEqual(len(faults), 1, faults)
        self.assertIn(expected, faults[0])

    def test_a_house_in_order_has_no_fault(self):
        self.assertEqual(self.faults(), [])

    def test_a_room_may_not_include_a_higher_one(self):
        self.assert_fault("core/net/loop.h:3: http/router.h: core/net may not know core/http",
                          {"core/net/loop.h": SPDX + '#pragma once\n#include "http/router.h"\n'})

    def test_net_may_not_include_service(self):
        self.assert_fault("core/net may not know core/service",
                          {"core/net/loop.h": SPDX + '#pragma once\n#include <service/database.h>\n'})

    def test_the_sdk_may_not_include_core(self):
        for include in ('"http/router.h"', "<http/router.h>", '"../../core/http/router.h"'):
            self.assert_fault("never core", {
                "sdk/include/mortise/request.h": SPDX + f"#pragma once\n#include {include}\n"})

    def test_the_sdk_and_plugins_may_not_include_poco(self):
        self.assert_fault("only core knows Poco",
                          {"sdk/src/mail.cpp": SPDX + "#include <Poco/Net/MailMessage.h>\n"})
        self.assert_fault("only core knows Poco",
                          {"plugins/hello/hello.cpp": SPDX + "#include <Poco/Net/MailMessage.h>\n"})

    def test_a_plugin_may_not_include_core_or_another_plugin(self):
        for include in ('"http/router.h"', "<http/router.h>", '"../other/other.h"', '"plugins/other/other.h"',
                        "<plugins/other/other.h>", "<mortise/server/request_parts.h>"):
            self.assertEqual(len(self.faults({"plugins/hello/hello.cpp": SPDX + f"#include {include}\n"})), 1, include)

    def test_every_source_has_its_licence_line(self):
        self.assert_fault("hello.cpp:1: no SPDX line", {"plugins/hello/hello.cpp": "#include <mortise/sdk.h>\n"})
        self.assert_fault("dev:1: no SPDX line", {"dev": "#!/usr/bin/env bash\necho\n"})

    def test_nothing_is_left_for_later(self):
        self.assert_fault("loop.cpp:2: TODO", {"core/net/loop.cpp": SPDX + "// TODO: close it\n"})

    def test_a_name_says_something(self):
        self.assert_fault("LoopManager", {"core/net/loop.cpp": SPDX + "class LoopManager {\n"})

    def test_every_room_has_a_card_of_forty_lines_at_most(self):
        self.assert_fault("core/net:1: a room without its card", {"core/net/README.md": None})
        self.assert_fault("41 lines", {"core/net/README.md": "line\n" * 41})

    def test_no_target_links_what_it_may_not_know(self):
        for line, expected in {
            "plugin-chat MODULE_LIBRARY mortise-sdk mortise-http": "plugin-chat:1: links mortise-http",
            "plugin-chat MODULE_LIBRARY mortise-sdk plugin-hello": "nothing links a plugin",
            "plugin-chat MODULE_LIBRARY mortise-sdk Poco::Net": "links Poco::Net",
            "mortise-config STATIC_LIBRARY mortise-net": "core/config may not know it",
        }.items():
            self.assertTrue(any(expected in fault for fault in self.faults(targets=TARGETS + line + "\n")), line)

    def test_a_link_is_found_behind_another_library(self):
        targets = TARGETS + "plugin-chat MODULE_LIBRARY words\nwords STATIC_LIBRARY Poco::Foundation\n"
        self.assert_fault("plugin-chat:1: links Poco::Foundation", targets=targets)


if __name__ == "__main__":
    unittest.main()
