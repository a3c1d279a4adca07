# What a person or CI runs. Everything that is needed is fetched into node_modules: with npm, or with bun alone.

SHELL := /bin/sh
BUN := node_modules/.bin/bun
BIOME := $(BUN) node_modules/.bin/biome
COMMIT := $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)$(shell git diff --quiet HEAD 2>/dev/null || echo +changes)
SOURCES := main.ts package.json $(shell find src -type f)

# What to test: files and folders, such as T="test/routing test/e2e/wire/wire.test.ts".
T ?=
# Random numbers of fuzz, soak and the properties in tests begin here; fuzz and soak work for this many seconds.
SEED ?=
TIME ?=
# Whether the audit may be left out where the registry has no advisories.
AUDIT ?=

.PHONY: help run build test test-fast watch fuzz check format reference screenshots soak audit bench bench-steps \
  bench-layers bench-profile bench-instructions bench-scale fleet release release-check clean
help: ## list what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## serve config.example.toml on a free port, send it signed calls, and show what comes back
	@$(BUN) tools/demonstration.ts

build: dist/switchhook ## compile dist/switchhook, one executable for this machine

test: build ## run every test, or those of T=PATH…; UPDATE=1 rewrites what scenarios expect
	@$(BUN) tools/test.ts $(T)

test-fast: node_modules/.installed ## run the tests that need neither the compiled binary nor a server; or those of T=PATH…
	@$(BUN) tools/test.ts --fast $(T)

watch: node_modules/.installed ## run the fast tests, and again after every change; or those of T=PATH…
	@$(BUN) tools/watch.ts $(T)

fuzz: node_modules/.installed ## feed random configurations and requests for TIME=60 seconds; SEED=N repeats a run
	@SEED="$(SEED)" TIME="$(TIME)" $(BUN) test/fuzz/run.ts

soak: build ## call, edit and disturb the compiled binary for TIME=600 seconds, then judge it; SEED=N repeats a run
	@SEED="$(SEED)" TIME="$(TIME)" $(BUN) test/soak/run.ts

audit: node_modules/.installed ## ask the registry what is known against the packages inside; AUDIT=required: it must know
	@AUDIT="$(AUDIT)" $(BUN) tools/audit/audit.ts

check: node_modules/.installed ## check types, rules and format
	$(BUN) node_modules/.bin/tsc
	$(BIOME) check --error-on-warnings

format: node_modules/.installed ## put every file into the one format
	$(BIOME) check --write

reference: node_modules/.installed ## write anew what is made of the schema: its outlines, and the reference in README.md
	$(BUN) tools/outlines.ts
	$(BUN) tools/reference.ts

screenshots: node_modules/.installed ## take the pictures of the status page anew; needs Chromium
	@$(BUN) tools/screenshots/screenshots.ts

bench: build ## compare the compiled binary with other servers; RECORD=1 puts the results into README.md
	@$(BUN) test/bench/compare/run.ts

bench-scale: build ## measure what size costs: lists, contacts and numbers by the hundred thousand and million
	@$(BUN) test/bench/size/scale.ts

bench-steps: node_modules/.installed ## time each step of a call by itself; ONLY=decide,log picks some
	@$(BUN) test/bench/steps/run.ts

bench-layers: node_modules/.installed ## measure what each layer adds to a call, from HTTP to the history
	@$(BUN) test/bench/layers/run.ts

bench-profile: dist/profile/switchhook ## show where the processor's time goes under load, function by function; needs perf
	@$(BUN) test/bench/profile/run.ts

bench-instructions: build ## count the instructions of a call, and hold them to those in docs/bench; RECORD=1 keeps them
	@$(BUN) test/bench/instructions/run.ts

fleet: build ## measure what a call costs, and simulate ten thousand a second on several machines
	@$(BUN) test/bench/fleet.ts

release: node_modules/.installed ## make dist/release: executables for every machine, Debian packages, checksums
	@$(BUN) tools/release/release.ts

release-check: node_modules/.installed ## make the release for linux-x64 twice, in two folders, and compare every byte
	@$(BUN) tools/release/reproduce.ts linux-x64

clean: ## remove everything that was made
	rm -rf dist node_modules

# The compiled binary must not read what lies around where it is started: no .env, no bunfig.toml. Its parts are split, so
# that a command reads only its own, and the thread that loads configurations shares them. At the start, functions are
# compiled to machine code only after 32 times as many calls as usual (src/server/runtime.ts). It has the source maps inside.
COMPILE = $(BUN) build --compile --sourcemap --bytecode --format=esm --splitting --compile-jit-policy=32 \
  --no-compile-autoload-dotenv --no-compile-autoload-bunfig --define 'SWITCHHOOK_COMMIT="$(COMMIT)"' \
  main.ts src/server/live/load-worker.ts

dist/switchhook: node_modules/.installed $(SOURCES) Makefile
	$(COMPILE) --minify --outfile $@
	rm -f dist/*.map

# With the names of functions, which a profile shows.
dist/profile/switchhook: node_modules/.installed $(SOURCES) Makefile
	$(COMPILE) --outfile $@
	rm -f dist/profile/*.map

node_modules/.installed: package.json package-lock.json
	if command -v npm >/dev/null; then npm ci; else bun install --frozen-lockfile; fi
	@touch $@
