# What is done with Glas, by name. Only Go is needed, except for test, test-browser, bench and screenshots, which start a
# throwaway PostgreSQL, Redis and Chromium (and install the Debian packages when they are missing and you are root).

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

GO    ?= go
UP    := internal/testenv/up
TALLY := .cache/tally
# The longest first, so that it does not run alone at the end.
PKG   ?= ./cmd/glas ./...
# The embedded SQLite is C turned into Go, millions of lines of it that we never change: with every memory access of its own watched, the
# tests would take twice as long. The detector watches everything else, also the driver that calls it.
RACE  := -race -gcflags=modernc.org/sqlite/lib=-race=false -gcflags=modernc.org/libc/...=-race=false -gcflags=modernc.org/memory=-race=false
# Also used for a release: no cgo, one static file.
BUILD := CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-s -w"

.PHONY: help run build generate fmt test test-fast test-browser check bench screenshots clean

help: ## list these targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-14s %s\n", $$1, $$2 }'

run: ## start Glas on SQLite with demo municipalities
	$(GO) run ./cmd/glas

build: ## build the program into bin/glas
	$(BUILD) -o bin/glas ./cmd/glas

# Folder by folder, outer ones first: the generated files name their page relative to the folder given.
generate: ## write the *_templ.go files again
	@git ls-files -co --exclude-standard '*.templ' | xargs -r dirname | sort -u | while read -r d; do $(GO) tool templ generate -path "$$d" -log-level warn; done

fmt: ## format Go and templ sources
	$(GO) tool templ fmt .
	gofmt -w $$(git ls-files -co --exclude-standard '*.go' ':!*_templ.go')

$(TALLY): $(wildcard internal/testenv/tally/*.go)
	@mkdir -p $(@D)
	$(GO) build -o $@ ./internal/testenv/tally

# Everything, on both databases, with the race detector and the browser stories. The steps before the tests are counted as tests,
# so that the last line speaks for the whole run. vet runs once by itself instead of once more inside go test.
test: $(TALLY) ## everything: formatting, generated files, vet, checks, tests with -race on both databases, browser
	@{ $(TALLY) step format internal/testenv/steps format; \
	   $(TALLY) step generated internal/testenv/steps generated; \
	   $(TALLY) step vet $(GO) vet ./...; \
	   $(UP) timeout -k 10 30m $(GO) test -json -vet=off $(RACE) -shuffle=on -timeout 28m $(PKG) 2>&1 || true; \
	} | $(TALLY)

test-fast: $(TALLY) ## the tests on SQLite only, nothing installed, no race detector
	@{ $(GO) test -json $(PKG) 2>&1 || true; } | $(TALLY)

test-browser: $(TALLY) ## only the browser stories
	@{ $(UP) $(GO) test -json -count=1 -run 'Browser|Story|Axe' $(PKG) 2>&1 || true; } | $(TALLY)

check: $(TALLY) ## only the house rules (imports, budgets, messages, schema ...)
	@{ $(GO) test -json ./internal/check/ 2>&1 || true; } | $(TALLY)

bench: ## measure against the limits, each printed beside what was measured in the same run; DATA=folder brings an export in
	GLAS_TEST_FSYNC=on GLAS_TEST_BENCH_DATA=$(abspath $(DATA)) $(UP) $(GO) test -run '^$$' -bench Limits -benchtime 1x -timeout 30m ./cmd/glas

screenshots: ## pictures of the main pages, light and dark, phone and desk, into tmp/screenshots
	@mkdir -p tmp/screenshots
	GLAS_TEST_SCREENSHOTS=$(CURDIR)/tmp/screenshots $(UP) $(GO) test -count=1 -run Screenshots -timeout 15m ./cmd/glas/...

clean: ## remove what was built
	rm -rf bin .cache tmp
