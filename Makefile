# Doorstep: see README.md. Every target sets up first if needed.
VENV := .venv
PY := $(VENV)/bin/python
# Compiled once, not by each of the thousand processes that tests start.
RUN := PYTHONDONTWRITEBYTECODE= QT_QPA_PLATFORM=offscreen $(PY)
export PYTHONDONTWRITEBYTECODE = 1
ONLY ?=
FUZZ_SECONDS ?= 900
TAMPERINGS ?= 1000
KILLS ?= 500
POWER_CUTS ?= 100
CLIENT_KILLS ?= 200
SERVER_KILLS ?= 50
LOST ?= 25
SCAN_KILLS ?= 30
PAY_KILLS ?= 100
MARKED ?= 200
VISITS ?= 2000
SERVICE ?=

.PHONY: setup demo test lint check acceptance bench screens soak soak-long voice docs dist clean

setup:
	@packaging/setup.sh

demo: setup
	@$(PY) -m kiosk_app.cli demo

lint: setup
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(PY) -m ui.lint
	$(PY) -m kiosk_app.voice.baked

# Screens share no process with anything else. Three workers, because half of the time is waiting for devices; what
# compares faces and finds pages only computes; frames need a core of their own to keep up.
FRAMES := tests/drivers/vision/faces/test_simulated_camera.py tests/drivers/vision/pages/test_paper_camera.py
COMPUTED := $(filter-out $(FRAMES),$(wildcard tests/drivers/vision/*/test_*.py))
check: setup
	$(RUN) -m pytest -n 3 --dist loadfile --no-loadscope-reorder tests --ignore tests/drivers/vision --ignore tests/ui
	$(RUN) -m pytest -n 3 --dist loadfile tests/ui --ignore tests/ui/test_camera.py
	$(RUN) -m pytest -n 2 --dist loadfile $(COMPUTED)
	$(RUN) -m pytest tests/drivers/vision tests/ui/test_camera.py $(addprefix --ignore ,$(COMPUTED))

test: lint check

acceptance: setup
	$(RUN) -m tests.acceptance
	$(RUN) -m tests.acceptance.silenced 20
	$(RUN) -m pytest -m matrix tests
	$(RUN) -m tests.acceptance.generated
	$(RUN) -m tests.acceptance.faults

bench: setup
	@$(PY) -m pip -q install -r requirements/bench.txt || echo "without the queues of requirements/bench.txt"
	$(PY) -m bench $(if $(ONLY),--only $(ONLY))

# The power cuts come last: they alone need root, loop devices, e2fsprogs and xfsprogs, and say so (exit 3).
soak: setup
	@$(PY) -m pip -q install --only-binary :all: -r requirements/soak.txt || \
		echo "atheris has no wheel for this Python: inputs will be random, blind to coverage"
	@$(PY) -m pip -q install -r requirements/fuse.txt || echo "without faults of a FUSE disk"
	$(RUN) -m tests.fuzz --seconds $(FUZZ_SECONDS)
	$(RUN) -m tests.faults.tampering $(TAMPERINGS)
	$(RUN) -m tests.acceptance.markers --visits $(MARKED)
	$(RUN) -m tests.acceptance.markers --each
	$(RUN) -m tests.central_platform.stick_kills --kills 60
	$(RUN) -m tests.faults.kills $(KILLS)
	$(RUN) -m tests.faults.prune_kills 100
	$(RUN) -m tests.faults.outages --client-kills $(CLIENT_KILLS) --server-kills $(SERVER_KILLS) --lost $(LOST)
	$(RUN) -m tests.faults.scans --client-kills $(SCAN_KILLS) --server-kills 10 --lost $(LOST)
	$(RUN) -m tests.faults.payments $(PAY_KILLS)
	$(RUN) -m pytest tests/faults/test_fuse_disk.py -rs
	$(RUN) -m tests.offline_cache.campaign --seconds 300
	$(RUN) -m tests.soak --visits $(VISITS) --json build/soak.json
	$(RUN) -m tests.faults.power_cuts $(POWER_CUTS) --fs ext4
	$(RUN) -m tests.faults.power_cuts $(POWER_CUTS) --fs xfs

# Hours: what one process gathers in 10,000 visits.
soak-long: setup
	$(RUN) -m tests.soak --visits 10000 --json build/soak-long.json

# Bakes what has no clip yet, drops what nobody says, listens to what is new. SERVICE=ID: one package only.
voice: setup
	@packaging/voice.sh
	$(PY) -m kiosk_app.voice.script build/voice
	build/voice/venv/bin/python -m voice_baking build/voice $(if $(SERVICE),--owner $(SERVICE)) --score

screens: setup
	$(RUN) -m kiosk_app.cli screens

docs: setup
	$(PY) -m kiosk_app.audit --doc docs/events.md
	$(PY) -m kiosk_app.lab.conformance
	$(PY) -m kiosk_app.lab.fault_page
	$(PY) -m voice_baking.report
	$(RUN) -m kiosk_app.lab.audiobook build/docs/visit-by-ear
	$(RUN) -m kiosk_app.lab.guide_pictures build/docs/guides

dist: setup
	rm -rf build/dist && $(PY) -m pip -q install build==1.3.0 && $(PY) -m build --no-isolation --outdir build/dist

clean:
	rm -rf build demo-output .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
