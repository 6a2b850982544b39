# Everything that is done to this tree has a target here; the build server calls `make test` and nothing else.

BIN    := bin/latchkey
DATA   ?= ./data

# Tools that are Go modules are run at these exact versions and never enter go.mod.
GOFUMPT     := go run mvdan.cc/gofumpt@v0.12.0
STATICCHECK := go run honnef.co/go/tools/cmd/staticcheck@v0.8.2
SQLC        := go run github.com/sqlc-dev/sqlc/cmd/sqlc@v1.31.1

# How long the fuzz target of the XML reader, each other fuzz target, and each benchmark runs.
READERTIME ?= 60s
FUZZTIME   ?= 20s
BENCHTIME  ?= 200ms

# How long the tests of one package may take: enough that only those which hang reach it, on the slowest machine.
LONGEST := -timeout 60m

# Tests within the packages don't wait for the compiler to optimise by cmd/latchkey/default.pgo; those of the built binary do.
TEST := go test $(LONGEST) -pgo=off

# Tests of the built binary, which show what they do.
SHOWN := go test $(LONGEST) -count=1 -v

# Tests of the built binary live under test/ and have targets of their own.
PACKAGES = $(shell go list ./... | grep -v '^latchkey/test/')

# Tests and subtests that run on PostgreSQL say so in their names; `make check` leaves them out.
NOT_QUICK := PostgreSQL|/PostgreSQL|//PostgreSQL

# A page of docs/reference is written by a test of the package it is about, in a file of this name.
REFERENCES = $(patsubst %,./%,$(dir $(wildcard internal/*/reference_test.go internal/*/*/reference_test.go)))

.DEFAULT_GOAL := help

##@ Use it

.PHONY: run
run: build ## start the server on an embedded SQLite file with demo data (DATA=./data)
	$(BIN) serve --demo --data $(DATA)

.PHONY: build
build: ## build bin/latchkey, one static binary
	CGO_ENABLED=0 go build -trimpath -o $(BIN) ./cmd/latchkey

##@ Test it

.PHONY: check
check: format vet lint quick ## the quick part, for every commit: format, vet, lint, tests on SQLite

.PHONY: test
test: tools ## everything the build server runs, with a summary at the end
	@tool/verify

.PHONY: tools
tools: ## install what the tests need and is missing, where that is allowed
	@tool/install

##@ The steps of make test

.PHONY: format
format: ## fail when a Go file is not formatted with gofumpt
	@unformatted=$$($(GOFUMPT) -l $$(git ls-files --cached --others --exclude-standard '*.go' | tool/existing)) || exit 1; \
	if [ -n "$$unformatted" ]; then printf 'not formatted (make fix mends it):\n%s\n' "$$unformatted"; exit 1; fi

.PHONY: vet
vet: ## go vet
	go vet ./...

.PHONY: lint
lint: ## staticcheck, with the checks of staticcheck.conf
	$(STATICCHECK) ./...

.PHONY: generated
generated: ## fail when generated code or reference documents are stale
	@tool/unchanged '$(MAKE) --no-print-directory generate' internal/storage/sqlstore/sqlgen docs/reference

.PHONY: unit
unit: ## unit, wire and command-line tests
	$(TEST) $(filter-out latchkey/internal/storage/%,$(PACKAGES))

.PHONY: conformance
conformance: ## the storage suite on SQLite and PostgreSQL
	$(SHOWN) ./internal/storage/...

.PHONY: race
race: ## all of the above under the race detector
	$(TEST) -race $(PACKAGES)

.PHONY: clients
clients: ## real SOAP clients (PHP, Python, Node, gSOAP) against the built binary
	$(SHOWN) ./test/client

.PHONY: browser
browser: ## the two doors in a real Chromium
	$(SHOWN) ./test/browser

.PHONY: crash
crash: ## kill -9 under load, then every acknowledged session must still be there
	$(SHOWN) ./test/crash

.PHONY: drill
drill: ## the drills, in short, and that each notices a build which breaks its promise
	$(SHOWN) ./test/drill

.PHONY: sms
sms: ## texts over real message centres: faults, two nodes, kill -9 while sending
	$(SHOWN) ./test/sms

.PHONY: measures
measures: ## make bench with tiny figures: that each of its parts runs to its end
	$(SHOWN) ./test/bench

.PHONY: fuzz
fuzz: ## run the XML reader's fuzz target for READERTIME (60s), each other for FUZZTIME (20s)
	@tool/fuzz $(READERTIME) $(FUZZTIME)

.PHONY: bench
bench: ## Latchkey beside what it could be compared with, in turns: tables of ratios, in a quarter of an hour (BENCH='-only answers')
	go run ./bench $(BENCH)

.PHONY: profile
profile: ## measure anew by what the compiler builds latchkey (cmd/latchkey/default.pgo)
	go run ./bench -rounds 3 -profile cmd/latchkey/default.pgo

.PHONY: benchmarks
benchmarks: ## run each Go benchmark for BENCHTIME (200ms)
	$(TEST) -run '^$$' -bench . -benchtime $(BENCHTIME) -benchmem $(PACKAGES)

##@ Keep it tidy

.PHONY: generate
generate: ## write the generated code and reference documents anew
	$(SQLC) generate -f internal/storage/sqlstore/sqlc.yaml
	go test -count=1 -run Reference $(REFERENCES) -update

.PHONY: fix
fix: ## format every Go file
	$(GOFUMPT) -w $$(git ls-files --cached --others --exclude-standard '*.go' | tool/existing)

.PHONY: clean
clean: ## remove what was built and downloaded, but not data
	rm -rf bin .cache

.PHONY: help
help: ## list the targets
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@ / { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Run by `make check`; the same tests as unit and conformance, without the slow engine.
.PHONY: quick
quick:
	$(TEST) -skip '$(NOT_QUICK)' $(PACKAGES)
