"""The AWS CLI, loaded once and run many times: each call in a fork of its own, with its own arguments, environment and
folder, as if it had been started. Reads calls and writes outcomes, one JSON object a line."""

import gc
import json
import os
import shutil
import sys
import tempfile
import warnings

import awscli.clidriver

# One version has a thread of a library that no call uses.
warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)
# Plug-ins and what they need are loaded by the first driver, not by the import.
awscli.clidriver.create_clidriver()
# The package has set it when it was loaded, and finds its own models by it.
own_data = {k: v for k, v in os.environ.items() if k == "AWS_DATA_PATH"}


def become(call, stdin, stdout, stderr):
    os.chdir(call["cwd"])
    os.environ.clear()
    os.environ.update(call["env"], **own_data)
    for number, file in enumerate((stdin, stdout, stderr)):
        os.dup2(file.fileno(), number)
    sys.argv = ["aws", *call["args"]]
    code = awscli.clidriver.main()
    sys.stdout.flush()
    sys.stderr.flush()
    # Without tidying up, which would copy all that the fork shares.
    os._exit(code)


def outcome_of(call):
    with open(os.devnull, "rb") as stdin, tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        child = os.fork()
        if child == 0:
            become(call, stdin, stdout, stderr)
        _, status = os.waitpid(child, 0)
        outcome = {"code": os.waitstatus_to_exitcode(status)}
        for name, file in (("stdout", stdout), ("stderr", stderr)):
            file.seek(0)
            outcome[name] = file.read().decode()
        return outcome


# Nor is what is shared looked through for what could be freed.
gc.freeze()
print("ready", flush=True)
for line in sys.stdin:
    print(json.dumps(outcome_of(json.loads(line))), flush=True)

# Who started it may have been killed.
shutil.rmtree(os.environ["HOME"], ignore_errors=True)
