# Every target is a thin wrapper: what it calls can be called by hand.
SHELL := bash
.SHELLFLAGS := -o pipefail -c
MAVEN = ./mvnw --batch-mode --no-transfer-progress
NODES ?= 3
# The number of the embedded Kubernetes; another one makes a second, beside that of another clone
CLUSTER ?= 0
# The engines of the scenarios on pods and processes: all, or some, such as ENGINES=redis-7.0,valkey-9.1
ENGINES ?= all
KUBE = build/kube
SCRIPTS = node-image/entrypoint node-image/ready node-image/pre-stop node-image/standins/fetch \
	node-image/standins/images kube/build mvnw .ci/run operator/image examples/demo examples/clients/image
PACKAGES = mmdebstrap buildah shellcheck gcc libc6-dev python3-pip

.DEFAULT_GOAL := help
.PHONY: help build format crds lint test test-all test-unit test-engine test-kube engines images operator-image client-images \
	demo demo-down chaos simulate mutation kube kube-and-the-rest kube-up kube-down kube-check kube-selftest measure-scenarios packages clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## Compile everything, with all the lints that the compiler runs, into operator/target/quarkus-app
	$(MAVEN) package -DskipTests

format: ## Format the Java and Go sources
	$(MAVEN) spotless:apply
	gofmt -w kube

crds: ## Write crds/ and docs/reference.md anew from the records of the API; the unit tests fail while they are stale
	$(MAVEN) test -Dgroups=unit -Dtest='io.slotkeeper.api.*Test' -Dslotkeeper.write=true

lint: packages ## Check the shell scripts (Java's lints are part of every compilation, Go's of kube-check)
	shellcheck -x $(SCRIPTS)

TEST_LOG = build/test.log
test: ## Run every level of tests: lints, unit, engine, and end to end on the embedded Kubernetes
	@mkdir -p $(dir $(TEST_LOG))
	$(MAKE) lint test-unit test-engine 2>&1 | tee $(TEST_LOG)
	@up=$$($(KUBE) status >/dev/null 2>&1 && echo yes); \
	$(MAKE) kube-up images operator-image client-images test-kube kube-check 2>&1 | tee -a $(TEST_LOG); code=$$?; \
	if [ "$$up" != yes ]; then $(MAKE) kube-down; fi; \
	awk -F '[:,]' '/Tests run:.*Skipped: [0-9]+$$/ { run += $$2; failed += $$4 + $$6; skipped += $$8 } \
		END { printf "%d tests, %d failed, %d skipped\n", run, failed, skipped }' $(TEST_LOG); \
	exit $$code

test-all: ## The same at full length: all engines on pods, a replica cut off for a whole minute, 30 cycles of the cluster
	$(MAKE) test test_all=yes
	$(MAKE) kube-selftest CYCLES=30 KILLS=5

test-unit: ## Run the tests that need nothing but a JDK
	$(MAVEN) test -Dgroups=unit

test-engine: engines ## Run the tests on real engines, started as processes
	$(MAVEN) test -Dgroups=engine -Dslotkeeper.engines=$(ENGINES) $(if $(test_all),-Dslotkeeper.cut.seconds=60)

test-kube: ## Run the tests on the embedded Kubernetes, which must be up and have the images
	$(MAVEN) test -Dgroups=kube -Dslotkeeper.engines=$(if $(test_all),all,$(if $(filter all,$(ENGINES)),redis-7.0$(comma)valkey-9.1,$(ENGINES))) \
		$(if $(test_all),-Dslotkeeper.cut.seconds=60 -Dslotkeeper.chaos.minutes=10)

# Every run does other things, unless it is given the seed of one that was done before.
MINUTES ?= 60
chaos: ## Have things go wrong for MINUTES minutes, from seed SEED on, on a cluster that is up; ENGINES say in which engines
	$(MAVEN) test -Dgroups=kube -Dtest=ChaosTest -Dslotkeeper.engines=$(ENGINES) -Dslotkeeper.chaos.seed=$(SEED) -Dslotkeeper.chaos.minutes=$(MINUTES)

# Every run tells other histories, unless it is given the seed of one that was told before.
HISTORIES ?= 100000
SEED ?= $(shell date +%s)00000
simulate: ## Tell HISTORIES histories of the simulation, from seed SEED on: 20 to 60 minutes for 100,000
	$(MAVEN) test -Dgroups=unit -Dtest='SimulationTest#clusters*' -Dslotkeeper.firstSeed=$(SEED) -Dslotkeeper.histories=$(HISTORIES)

mutation: ## Change the plan in hundreds of ways and see that tests notice; fails where they notice fewer than 80 %
	$(MAVEN) test-compile org.pitest:pitest-maven:mutationCoverage -pl operator

measure-scenarios: ## Run the operator's scenarios at full length, for docs/results.md: an hour or so, on a cluster that is up
	$(MAVEN) test -Dgroups='kube|measure' -Dtest='io/slotkeeper/scenario/*' -Dslotkeeper.engines=$(ENGINES) \
		-Dslotkeeper.kills=20 -Dslotkeeper.idle.seconds=60

engines: packages ## Get the engines that tests run: Redis 7.0, 8.0, 8.6, Valkey 8.1, 9.1
	node-image/standins/fetch

images: engines ## Build the node images, and load them into the embedded Kubernetes if it is up
	node-image/standins/images
	$(call load,build/images/*.tar)

operator-image: images ## Build the operator's image, and load it if the embedded Kubernetes is up
	operator/image
	$(call load,build/operator/operator.tar)

client-images: packages ## Build the image of the example clients, and load it if the embedded Kubernetes is up
	examples/clients/image
	$(call load,build/clients/clients.tar)

demo: ## Show a RedisCluster from nothing to the first key: builds and starts all that it takes
	@examples/demo check
	$(MAKE) kube-up images operator-image client-images
	@examples/demo

demo-down: kube-down ## Remove what the demo started: operator, clusters, and the embedded Kubernetes

kube: ## Build the embedded Kubernetes (minutes the first time, then seconds)
	kube/build

# The first time compiling keeps the processors busy for minutes, while the rest mostly waits for the network.
kube-and-the-rest:
	$(MAKE) --jobs=3 kube engines $(filter client-images,$(MAKECMDGOALS))

kube-up: $(if $(filter images,$(MAKECMDGOALS)),kube-and-the-rest,kube) ## Start the embedded Kubernetes with NODES nodes, or repair the one that is there
	$(KUBE) up --nodes $(NODES) --cluster $(CLUSTER) --audit

kube-down: ## Remove the embedded Kubernetes and everything it left behind
	@if [ -x $(KUBE) ]; then $(KUBE) down; fi

kube-check: kube ## Vet the embedded Kubernetes, run its unit tests, and see that nothing of it is left behind
	kube/build check
	$(MAKE) kube-selftest

CYCLES ?= 2
KILLS ?= 3
kube-selftest: kube ## Start and remove the embedded Kubernetes CYCLES times, and KILLS times with parts killed meanwhile
	$(KUBE) selftest --cluster $$((9 - $(CLUSTER))) --cycles $(CYCLES) --kills $(KILLS)

packages:
	@missing=$$(for package in $(PACKAGES); do \
		dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || echo $$package; done); \
	if [ -n "$$missing" ]; then \
		[ "$$(id -u)" = 0 ] || { echo "missing Debian packages: run as root, or: apt-get install" $$missing >&2; exit 1; }; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	fi

clean: kube-down ## Remove everything that was built, also the images
	rm -rf build target operator/target
	@if command -v buildah >/dev/null; then \
		for name in 'slotkeeper-*' redis valkey/valkey eclipse-temurin; do \
			STORAGE_DRIVER=overlay buildah images --quiet --filter "reference=localhost/$$name"; \
		done | sort -u | STORAGE_DRIVER=overlay xargs -r buildah rmi --force >/dev/null; \
	fi

comma := ,
# Loads image archives into the embedded Kubernetes, if it is up
define load
@if [ -x $(KUBE) ] && $(KUBE) status >/dev/null 2>&1; then $(KUBE) load $(1); \
else echo "the embedded Kubernetes is not up: $(1) is not loaded"; fi
endef
