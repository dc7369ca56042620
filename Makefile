# The front door: `make help`. Each target is a thin call of CMake, of a built program or of a script in tools/.

PRESET  ?= dev
BUILD   := build/$(PRESET)
JOBS    ?= $(shell nproc)
# Stories wait for streams, leases and browsers more than they compute.
TEST_JOBS ?= $(shell echo $$(( $(JOBS) + 1 )))
SECONDS ?= 20
BENCH   ?= overhead
PAIRS   ?= 12

.DEFAULT_GOAL := help
.PHONY: help packages configure build build-cli build-master build-agent build-exporter demo test unit system tidy \
        format format-check lint fuzz sim sim-bugs truth bench bench-overhead bench-queue bench-kill asan tsan coverage release install deb ops-test clean

help: ## This list
	@echo "ffwatt: runs FFmpeg work and says how many joules it took"
	@echo
	@echo "  make demo            build, stream and transcode for real, print the energy table, write report.html"
	@echo "  make test            build everything and run the whole suite"
	@echo
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | awk -F'\t' '{ printf "  %-20s %s\n", $$1, $$2 }'

packages: ## Install the Debian packages for building and running (needs root or sudo)
	@tools/install-packages build run

configure:
	@cmake --preset $(PRESET) --log-level=NOTICE

build: packages configure ## Build all programs into build/$(PRESET)/bin
	@cmake --build --preset $(PRESET) -j $(JOBS)

# The documented places of the programs are bin/NAME.
define program
	@tools/install-packages build
	@cmake --preset release --log-level=NOTICE
	@cmake --build --preset release -j $(JOBS) --target $(1)
	@mkdir -p bin && ln -sf ../build/release/bin/$(1) bin/$(1)
	@echo "bin/$(1)"
endef

build-cli: ## Build bin/ffwatt
	$(call program,ffwatt)
build-master: ## Build bin/master
	$(call program,master)
build-agent: ## Build bin/agent
	$(call program,agent)
build-exporter: ## Build bin/exporter
	$(call program,exporter)

demo: ## Packages, build, local stack, a stream and a transcode as jobs, energy table, report.html
	@tools/install-packages build run
	@cmake --preset release --log-level=NOTICE
	@cmake --build --preset release -j $(JOBS) --target ffwatt master agent
	@tools/demo build/release/bin

test: ## Packages, build, the whole suite
	@tools/install-packages build run test
	@cmake --preset dev --log-level=NOTICE
	@cmake --build --preset dev -j $(JOBS)
	@ctest --preset dev -j $(TEST_JOBS)

unit: configure ## Build and run the unit tests only
	@cmake --build --preset $(PRESET) -j $(JOBS)
	@ctest --preset $(PRESET) -L unit

system: configure ## Build and run the stories of the built programs only
	@cmake --build --preset $(PRESET) -j $(JOBS)
	@ctest --preset $(PRESET) -L system

tidy: ## Check the tree itself: floors, lists, names in the documents, changelog
	@tools/check-tree

format: ## Format every C++ file
	@git ls-files '*.cpp' '*.h' | xargs clang-format -i

format-check: ## Say which C++ files are not formatted
	@git ls-files '*.cpp' '*.h' | xargs clang-format --dry-run -Werror

lint: ## clang-tidy over every source file, all findings fatal (long); FILES="a.cpp b.cpp" for some
	@tools/install-packages build test check
	@cmake --preset lint --log-level=NOTICE
	@tools/lint build/lint $(JOBS) $(FILES)

fuzz: ## Fuzz every parser for SECONDS=20 each; TARGETS="json progress" for some
	@tools/install-packages build check
	@cmake --preset fuzz --log-level=NOTICE
	@cmake --build --preset fuzz -j $(JOBS) --target fuzz_targets
	@tools/fuzz build/fuzz $(SECONDS) $(TARGETS)

sim: SECONDS = 60
sim: ## Whole farms on simulated time, networks and disks, for SECONDS=60; SEED=N repeats one
	@tools/install-packages build test
	@cmake --preset $(PRESET) --log-level=NOTICE
	@cmake --build --preset $(PRESET) -j $(JOBS) --target simulate
	@tools/simulate $(BUILD) $(if $(SEED),--seed $(SEED),$(SECONDS))

sim-bugs: SECONDS = 60
sim-bugs: ## Whether the simulator finds each of the faults that can be put in (src/base/mutants.def)
	@tools/install-packages build test
	@cmake --preset $(PRESET) --log-level=NOTICE
	@cmake --build --preset $(PRESET) -j $(JOBS) --target simulate
	@tools/simulate $(BUILD) --mutants $(SECONDS)

truth: ## The meter against simulated machines of which every joule is known; DATA=FOLDER replays load sweeps of real ones
	@tools/install-packages build
	@cmake --preset release --log-level=NOTICE
	@cmake --build --preset release -j $(JOBS) --target truth
	@build/release/bin/truth --out test_results/truth $(if $(DATA),--data $(DATA))

bench: ## What ffwatt costs (BENCH=overhead; MINUTES=60 narrows it), its queue beside others (BENCH=queue), kill -9 of the master (BENCH=kill; N=50), what an agent adds to a job (BENCH=agent); FULL=1 for all of it
	@case "$(BENCH)" in overhead|queue|kill|agent) ;; *) echo "make bench: BENCH=$(BENCH) is not known; there are BENCH=overhead, queue, kill and agent" >&2; exit 2;; esac
	@$(MAKE) --no-print-directory bench-$(BENCH)

bench-overhead:
	@tools/install-packages build run
	@cmake --preset release --log-level=NOTICE
	@cmake --build --preset release -j $(JOBS) --target ffwatt exporter bench_reads
	@benchmarks/overhead/main.py build/release/bin --pairs $(PAIRS) $(if $(MINUTES),--minutes $(MINUTES)) $(if $(ONLY),--only $(ONLY)) --out build/bench/overhead.json

bench-queue:
	@tools/install-packages build bench
	@cmake --preset release --log-level=NOTICE
	@cmake --build --preset release -j $(JOBS) --target master bench_queue_load
	@benchmarks/queue/main.py build/release/bin $(if $(FULL),--full) $(if $(ONLY),--only "$(ONLY)") --out build/bench/queue.json

bench-kill:
	@tools/install-packages build
	@cmake --preset release --log-level=NOTICE
	@cmake --build --preset release -j $(JOBS) --target master bench_queue_load bench_power_loss
	@benchmarks/kill/main.py build/release/bin --kills $(or $(N),$(if $(FULL),1000,50)) --cuts $(if $(FULL),2000,400) --out build/bench/kill.json

bench-agent:
	@tools/install-packages build run
	@cmake --preset release --log-level=NOTICE
	@cmake --build --preset release -j $(JOBS) --target ffwatt master agent bench_sandbox
	@benchmarks/agent/main.py build/release/bin $(if $(FULL),--full) $(if $(ONLY),--only "$(ONLY)") --out build/bench/agent.json

asan tsan coverage: ## Build and run the suite under a sanitizer, or for coverage
	@tools/install-packages build run test
	@cmake --preset $@ --log-level=NOTICE && cmake --build --preset $@ -j $(JOBS) && ctest --preset $@

release: ## Build what is shipped
	@cmake --preset release --log-level=NOTICE && cmake --build --preset release -j $(JOBS)

PREFIX ?= /usr/local
install: release ## Install what is shipped below PREFIX (default /usr/local; DESTDIR is honoured)
	@cmake --install build/release --prefix $(PREFIX)

deb: ## Build the Debian packages into build/release/packages
	@tools/install-packages build package
	@cmake --preset release --log-level=NOTICE && cmake --build --preset release -j $(JOBS)
	@cd build/release && cpack -G DEB > packages.log || { cat packages.log; exit 1; }
	@ls build/release/packages/*.deb

ops-test: deb ## The packages in a bare Debian 12 under its own systemd: install, kill, update in mid-job, purge (needs root)
	@tools/install-packages ops
	@tests/ops/walk build/release/packages build/ops

clean: ## Remove everything that was built
	@rm -rf build bin
