# One line each: the logic is in the programs they call.
.PHONY: help setup setup-tests demo test bench bench-similar bench-trends check doc metrics-page deny

help: ## Say what there is to make
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: ## Install what building and running needs
	@./setup

setup-tests: ## Install what the tests need as well
	@./setup tests

demo: setup ## Make three videos from the feed in config/demo into out/demo
	cargo run --release -- make --feed config/demo/feed.xml --count 3 --out out/demo --contact-sheet

test: setup-tests ## Run all tests
	cargo nextest run --workspace --all-features

bench: setup ## Measure, print a table with ratios, write out/bench.json
	cargo run --release -p reelpress-benches

bench-trends: ## Replay recorded feeds and judge what was foreseen; write out/bench.json
	cargo run --release -p reelpress-bench-trends

bench-similar: ## Measure how what is alike is found; write out/bench.json and docs/SIMILARITY.md
	cargo run --release -p reelpress-bench-similar -- --page docs/SIMILARITY.md

check: ## Formatting and lints, as CI checks them
	cargo fmt --all --check && cargo clippy --workspace --all-targets --all-features -- -D warnings

doc: ## Build the documentation of the code
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items

metrics-page: ## Write pipeline/METRICS.md anew from the code
	REELPRESS_WRITE_PAGES=1 cargo nextest run -p reelpress-core --features testing metrics_page

deny: ## Check licences, advisories and sources of all dependencies (needs cargo-deny)
	cargo deny check
