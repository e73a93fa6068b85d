# assize: build, test, install. Read it from top to bottom.
#
# Sources are found by folder; objects, generated files and programs go under $(BUILD) and nowhere else.
#   make CC=clang          another compiler (everything is rebuilt when a flag changes)
#   make WERROR=-Werror    warnings are errors, as in the continuous build
#   make SANITIZE=address,undefined BUILD=build/asan
#   make V=1               show each command

MAKEFLAGS += -r
.SUFFIXES:
.SECONDARY:
.DELETE_ON_ERROR:

BUILD := build
PREFIX := /usr/local
DESTDIR :=
WERROR :=
SANITIZE :=
VERSION := $(shell cat VERSION)
SOVERSION := 0
MACHINE := $(shell uname -m)
JOBS := $(shell nproc 2>/dev/null || echo 2)
Q := $(if $(V),,@)
comma := ,
paren := (

# ---- what there is -----------------------------------------------------------------------------------------

FOLDERS := base grammar stdlib vm compiler records report ledger library
SRC := $(sort $(wildcard $(FOLDERS:%=%/*.c)))
RE2C_SRC := $(sort $(wildcard $(FOLDERS:%=%/*.re)))
BISON_SRC := $(sort $(wildcard $(FOLDERS:%=%/*.y)))
EMBED_SRC := $(sort $(wildcard stdlib/*.assize))
FORMAT_SRC := $(sort $(wildcard records/formats/*.assize-format))
TEMPLATE_SRC := $(sort $(wildcard cli/templates/*))
CLI_SRC := $(sort $(wildcard cli/*.c))
# tests/property: six programs, which share all the other files there.
PROPERTY := tests/property/differential.c tests/property/degrade.c tests/property/changes.c tests/property/arithmetic.c tests/property/bounded.c \
    tests/property/laws.c
PROPERTY_SHARED := $(filter-out $(PROPERTY),$(wildcard tests/property/*.c))
# tests/fault: the program with calls that fail; tests/fuzz: entry points of a fuzzer.
FAULT_SRC := $(wildcard tests/fault/*.c)
FUZZ_SRC := $(wildcard tests/fuzz/*.c)
FUZZ_SHARED := tests/fuzz/common.c tests/fuzz/document.c
FUZZ_TARGETS := $(filter-out replay common document mutator,$(FUZZ_SRC:tests/fuzz/%.c=%))
TEST_SRC := $(filter-out $(PROPERTY_SHARED) $(FAULT_SRC) $(FUZZ_SRC),$(wildcard tests/*/*.c))

GEN := $(BUILD)/gen
GEN_SRC := $(RE2C_SRC:%.re=$(GEN)/%.c) $(BISON_SRC:%.y=$(GEN)/%.tab.c) $(GEN)/stdlib/embedded.c $(GEN)/records/embedded.c
GEN_HEADERS := $(BISON_SRC:%.y=$(GEN)/%.tab.h)

OBJ := $(SRC:%.c=$(BUILD)/obj/%.o) $(GEN_SRC:$(BUILD)/%.c=$(BUILD)/obj/%.o)
CLI_OBJ := $(CLI_SRC:%.c=$(BUILD)/obj/%.o) $(BUILD)/obj/gen/cli/templates.o
TEST_PROGRAMS := $(TEST_SRC:tests/%.c=$(BUILD)/tests/%)
BENCH_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(wildcard bench/*.c))
# Manual pages: the program's, and one for each command.
COMMANDS := $(shell awk -F'"' '/^COMMAND/ { print $$2 }' cli/commands.def)
MAN := $(COMMANDS:%=$(BUILD)/man/assize-%.1) $(BUILD)/man/assize.1
COMPLETIONS := $(BUILD)/completions/assize $(BUILD)/completions/_assize $(BUILD)/completions/assize.fish

# ---- how it is compiled ------------------------------------------------------------------------------------

LIBS := -lyaml -lgmp -lsodium -lm -lpthread

CFLAGS := -O2 -g
# What the sources rely on. Contracted or reordered floating point would break the proven error bounds.
LANGUAGE := -std=c11 -D_POSIX_C_SOURCE=200809L -ffp-contract=off -fvisibility=hidden -fPIC "-ffile-prefix-map=$(CURDIR)=." \
    -DASSIZE_VERSION=\"$(VERSION)\" -I. -I$(GEN)
# Of the flags given, those that the compiler knows.
known = $(shell for flag in $(1); do $(CC) -Werror $$flag -E -x c /dev/null >/dev/null 2>&1 && echo $$flag; done)

# Mistakes that no build should get past, whether or not warnings are errors.
NEVER := -Wimplicit-fallthrough -Werror=format-security -Werror=implicit -Werror=incompatible-pointer-types \
    -Werror=int-conversion $(call known,-Wtrampolines -Wbidi-chars=any)
WARNINGS := -Wall -Wextra -Wformat=2 -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wconversion $(NEVER) $(WERROR)
# What re2c and bison write is not ours to convert.
GEN_WARNINGS := -Wall -Wextra -Wformat=2 $(NEVER) $(WERROR)

# Hardening, by the list of the OpenSSF. The three `no` flags keep the compiler from removing a check because what it looks for
# (an overflow, a null pointer, a read through another type) may not happen; UBSan still reports each. A sanitizer
# brings its own checks instead.
ifeq ($(SANITIZE),)
  HARDEN := -fstack-protector-strong -fstack-clash-protection \
      -fno-strict-overflow -fno-delete-null-pointer-checks -fno-strict-aliasing
  # What is on the stack begins as zeros: a slip reads no secret, and the same each time. clang 14 wants it said twice.
  ZERO := -ftrivial-auto-var-init=zero
  HARDEN += $(or $(call known,$(ZERO)),$(call known,'$(ZERO) -enable-trivial-auto-var-init-zero-knowing-it-will-be-removed-from-clang'))
  HARDEN += $(call known,-fstrict-flex-arrays=3 -fzero-init-padding-bits=all)
  ifneq ($(filter x86_64 i%86,$(MACHINE)),)
    HARDEN += -fcf-protection=full
  else ifneq ($(filter aarch64 arm64,$(MACHINE)),)
    HARDEN += -mbranch-protection=standard
  endif
  ifneq ($(filter -O1 -O2 -O3 -Os,$(CFLAGS)),)
    HARDEN += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3
  endif
  HARDEN_LINK := -Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code,--as-needed,--no-copy-dt-needed-entries
  # No nodlopen: a program cannot be opened anyway, and the library is there to be, as other languages bind to it.
else
  HARDEN := -DASSIZE_CHECKED -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
  HARDEN_LINK := -fsanitize=$(SANITIZE)
endif

# A sanitizer, and what counts coverage, write files and ask the kernel more than the program may (cli/sandbox.c).
ifneq ($(SANITIZE)$(filter --coverage -coverage -pg -fprofile-% -fcoverage-%,$(CFLAGS) $(LDFLAGS)),)
  HARDEN += -DASSIZE_NO_SANDBOX
endif

COMPILE = $(CC) $(LANGUAGE) $(HARDEN) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
LINK = $(CC) $(HARDEN) $(CFLAGS) $(HARDEN_LINK) $(LDFLAGS)

# ---- build -------------------------------------------------------------------------------------------------

LIBRARIES := $(BUILD)/libassize.a $(if $(SANITIZE),,$(BUILD)/libassize.so)

## all: build/assize, the static and the shared library (the default)
all: $(BUILD)/assize $(LIBRARIES)
.PHONY: all

## tests: build the tests' programs, and run none
tests: all $(TEST_PROGRAMS) $(BUILD)/tests/faults $(FUZZ_TARGETS:%=$(BUILD)/tests/fuzz/%)
.PHONY: tests

$(BUILD)/assize: $(CLI_OBJ) $(BUILD)/libassize.a
	@echo "  LINK  $@"
	$(Q)$(LINK) -pie -o $@ $^ $(LIBS)

$(BUILD)/assize-static: $(CLI_OBJ) $(BUILD)/libassize.a
	@echo "  LINK  $@"
	$(Q)$(LINK) -static-pie -o $@ $^ $(LIBS)

$(BUILD)/libassize.a: $(OBJ) $(BUILD)/flags
	@echo "  AR    $@"
	$(Q)rm -f $@ && ar rcsD $@ $(OBJ)

$(BUILD)/libassize.so: $(OBJ) $(BUILD)/flags
	@echo "  LINK  $@"
	$(Q)$(LINK) -shared -Wl,-soname,libassize.so.$(SOVERSION) -Wl,--no-undefined -o $@ $(OBJ) $(LIBS)

$(TEST_PROGRAMS): $(BUILD)/tests/%: $(BUILD)/obj/tests/%.o $(BUILD)/libassize.a
	@mkdir -p $(@D)
	$(Q)$(LINK) -pie -o $@ $(filter %.o,$^) $(BUILD)/libassize.a $(LIBS)
$(PROPERTY:%.c=$(BUILD)/%): $(PROPERTY_SHARED:%.c=$(BUILD)/obj/%.o)
$(BUILD)/tests/unit/sandbox: $(BUILD)/obj/cli/sandbox.o

# The product with each call of faults.def, of its libraries, too, sent through tests/fault/shim.c. So it is linked statically;
# a sanitizer's C library cannot be.
FAULT_WRAPS := main sandbox_enter free time clock_gettime __open_2 __openat_2 __read_chk arena_array arena_grow list_reserve $(shell awk -F'[$(paren)$(comma)]' '/^FAULT_CALL/ { print $$2 }' tests/fault/faults.def)
FAULT_LINK := $(if $(SANITIZE),-pie,-static-pie)
FAULT_LIBS := $(if $(SANITIZE),-Wl$(comma)-Bstatic -lyaml -lgmp -lsodium -Wl$(comma)-Bdynamic -lm -lpthread,$(LIBS))
$(BUILD)/tests/faults: $(FAULT_SRC:%.c=$(BUILD)/obj/%.o) $(CLI_OBJ) $(BUILD)/libassize.a
	@mkdir -p $(@D)
	$(Q)$(LINK) $(FAULT_LINK) $(FAULT_WRAPS:%=-Wl,--wrap=%) -o $@ $^ $(FAULT_LIBS)

# A fuzzing target runs kept inputs by itself, and new ones under a fuzzer's main function: libFuzzer's (SANITIZE with
# fuzzer-no-link), AFL++'s or OSS-Fuzz's. What targets may need stands in archives, of which each takes its part.
FUZZ_ENGINE := -fsanitize=fuzzer
FUZZ_LINK := $(CC)
FUZZ_PARTS := $(BUILD)/tests/fuzz/parts.a $(BUILD)/tests/fuzz/cli.a $(BUILD)/libassize.a
$(BUILD)/tests/fuzz/parts.a: $(FUZZ_SHARED:%.c=$(BUILD)/obj/%.o) $(PROPERTY_SHARED:%.c=$(BUILD)/obj/%.o)
	@mkdir -p $(@D)
	$(Q)rm -f $@ && ar rcs $@ $^
$(BUILD)/tests/fuzz/main.o: $(BUILD)/obj/cli/main.o
	@mkdir -p $(@D)
	$(Q)objcopy --redefine-sym main=assize_main $< $@
$(BUILD)/tests/fuzz/cli.a: $(filter-out %/main.o,$(CLI_OBJ)) $(BUILD)/tests/fuzz/main.o
	@mkdir -p $(@D)
	$(Q)rm -f $@ && ar rcs $@ $^
$(BUILD)/tests/fuzz/whole $(BUILD)/fuzz/whole: $(BUILD)/obj/tests/fuzz/mutator.o
$(BUILD)/tests/fuzz/%: $(BUILD)/obj/tests/fuzz/%.o $(BUILD)/obj/tests/fuzz/replay.o $(FUZZ_PARTS)
	@mkdir -p $(@D)
	$(Q)$(LINK) -pie -o $@ $(filter %.o,$^) $(FUZZ_PARTS) $(LIBS)
$(BUILD)/fuzz/%: $(BUILD)/obj/tests/fuzz/%.o $(FUZZ_PARTS)
	@mkdir -p $(@D)
	$(Q)$(FUZZ_LINK) $(HARDEN) $(CFLAGS) $(HARDEN_LINK) $(LDFLAGS) -o $@ $(filter %.o,$^) $(FUZZ_PARTS) $(FUZZ_ENGINE) $(LIBS)

$(BUILD)/obj/gen/%.o: $(BUILD)/gen/%.c $(BUILD)/flags | $(GEN_HEADERS)
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(COMPILE) $(GEN_WARNINGS)

$(BUILD)/obj/%.o: %.c $(BUILD)/flags | $(GEN_HEADERS)
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(COMPILE) $(WARNINGS)

# Lexers. `-W` refuses a rule set that lets some byte fall through.
$(GEN)/%.c: %.re
	@mkdir -p $(@D)
	@echo "  RE2C  $<"
	$(Q)re2c -W -Werror -8 --input-encoding utf8 --no-generation-date --depfile $@.d -o $@ $<

# The grammar. One run writes both files.
$(GEN)/%.tab.c: %.y
	@mkdir -p $(@D)
	@echo "  BISON $<"
	$(Q)bison -Wall -Wdangling-alias -Werror -d -o $@ $<
$(GEN)/%.tab.h: $(GEN)/%.tab.c ;

# The part of the standard library that is written in the language; the folder stands for files that come and go.
$(GEN)/stdlib/embedded.c: scripts/embed.sh $(EMBED_SRC) stdlib
	@mkdir -p $(@D)
	@echo "  EMBED $(EMBED_SRC)"
	$(Q)sh scripts/embed.sh $(EMBED_SRC) >$@

# The descriptions of result formats.
$(GEN)/records/embedded.c: scripts/embed.sh $(FORMAT_SRC) records/formats
	@mkdir -p $(@D)
	@echo "  EMBED $(FORMAT_SRC)"
	$(Q)sh scripts/embed.sh --as records/embedded.h format $(FORMAT_SRC) >$@

# What `assize init` writes.
$(GEN)/cli/templates.c: scripts/embed.sh $(TEMPLATE_SRC) cli/templates
	@mkdir -p $(@D)
	@echo "  EMBED $(TEMPLATE_SRC)"
	$(Q)sh scripts/embed.sh --as cli/templates.h template $(TEMPLATE_SRC) >$@

# Compiler, flags and list of sources; rewritten only when they change, and then everything is rebuilt.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(LANGUAGE) $(HARDEN) $(CPPFLAGS) $(CFLAGS) $(HARDEN_LINK) $(LDFLAGS) $(WARNINGS) $(OBJ)' >$@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi
FORCE:
.PHONY: FORCE

-include $(OBJ:.o=.d) $(CLI_OBJ:.o=.d) $(TEST_SRC:%.c=$(BUILD)/obj/%.d) \
    $(PROPERTY_SHARED:%.c=$(BUILD)/obj/%.d) $(FAULT_SRC:%.c=$(BUILD)/obj/%.d) $(FUZZ_SRC:%.c=$(BUILD)/obj/%.d) \
    $(BENCH_PROGRAMS:$(BUILD)/%=$(BUILD)/obj/%.d) $(RE2C_SRC:%.re=$(GEN)/%.c.d)

## static: build/assize-static, one file that needs no library
static: $(BUILD)/assize-static
.PHONY: static

# What the build is made of, as SPDX. The programs are linked with these libraries wherever they are.
$(BUILD)/parts: scripts/parts.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LIBS)
$(BUILD)/assize.spdx.json: scripts/sbom.sh $(BUILD)/parts all FORCE
	@echo "  SBOM  $@"
	$(Q)CC="$(CC)" VERSION="$(VERSION)" sh scripts/sbom.sh $(BUILD) $(RE2C_SRC) $(BISON_SRC) $(EMBED_SRC) $(FORMAT_SRC) $(TEMPLATE_SRC) >$@.new
	@mv $@.new $@

## sbom: the list of parts of what was built, build/assize.spdx.json (SPDX 2.3): sources and programs with digests, libraries, tools
sbom: $(BUILD)/assize.spdx.json
.PHONY: sbom

# ---- run and test ------------------------------------------------------------------------------------------

# A make in a make: dependencies first, then the build on every core.
SUBMAKE = $(MAKE) --no-print-directory $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(JOBS))
STEPS = ASSIZE_BUILD=$(BUILD) sh tests/steps.sh

## demo: install what is missing, build, and judge the results of examples/spatial
demo: deps
	@$(SUBMAKE) all
	@ASSIZE_BUILD=$(BUILD) sh scripts/demo.sh

CHECKS := \
    tests/run.sh \
    tests/registry.sh \
    tests/functions.sh \
    tests/completions.sh \
    tests/corpora/yaml.sh \
    tests/corpora/blns.sh \
    tests/corpora/rows.sh \
    tests/ledger.sh \
    tests/execs.sh \
    tests/streams.sh \
    tests/semantics.sh \
    tests/environment.sh \
    scripts/reference.sh \
    '$(BUILD)/tests/faults 8' \
    $(foreach target,$(FUZZ_TARGETS),'$(BUILD)/tests/fuzz/$(target) $(wildcard tests/fuzz/corpus/$(target) tests/fuzz/found/$(target))') \
    $(PROPERTY:%.c=$(BUILD)/%)

MORE_CHECKS := \
    scripts/check-deps.sh \
    scripts/lint.sh \
    scripts/check-fmt.sh \
    tests/fast-math.sh \
    tests/plain-bytes.sh \
    tests/compilers.sh \
    tests/hardening.sh \
    tests/analyzers.sh \
    tests/valgrind.sh \
    tests/reproducible.sh \
    tests/sbom.sh \
    tests/referees.sh \
    tests/oracle.sh \
    tests/readers.sh \
    'python3 tests/bounds.py $(BUILD)/assize' \
    tests/evidence.sh \
    tests/mutation.sh \
    tests/rows.sh \
    tests/findings.sh \
    tests/reports.sh \
    tests/junit.sh \
    tests/actions.sh \
    tests/attest.sh \
    tests/history.sh \
    tests/pre-commit.sh \
    tests/schema.sh \
    tests/editor.sh \
    tests/fresh-clone.sh \
    "$(MAKE) --no-print-directory bench BENCH=--quick"

## check: install what is missing, build, and run every test; the last line is the count
check: deps
	@$(SUBMAKE) tests || { echo '0 passed, 1 failed'; exit 1; }
	@$(STEPS) $(CHECKS)

## check-more: other compilers, sanitizers, style, a fresh clone, outside referees
check-more: deps
	@sh scripts/deps.sh --more
	@$(SUBMAKE) tests || { echo '0 passed, 1 failed'; exit 1; }
	@$(STEPS) $(MORE_CHECKS) "$(MAKE) --no-print-directory sanitize"

# clang's runtime logs what UBSan finds where the tests look for it; gcc's only prints it.
SANITIZE_CC = $(shell echo 'int main(void) { return 0; }' | \
    clang -fsanitize=address,undefined -x c - -o /dev/null 2>/dev/null && echo clang || echo $(CC))

## ledger-full: what decisions withstand, at full size: 16 writers × 10,000 decisions, every call, every bit
ledger-full: deps
	@$(SUBMAKE) tests
	@$(STEPS) 'tests/ledger.sh --full'
.PHONY: ledger-full

## sanitize: build under build/asan with ASan and UBSan, and run every test there
sanitize:
	@$(SUBMAKE) CC="$(SANITIZE_CC)" SANITIZE=address,undefined BUILD=build/asan tests || \
	    { echo '0 passed, 1 failed'; exit 1; }
	@ASSIZE_BUILD=build/asan sh tests/steps.sh tests/run.sh tests/registry.sh \
	    'build/asan/tests/property/differential 10000' 'build/asan/tests/property/degrade 10000' 'build/asan/tests/faults 3'

# Constants in place of what cannot happen (base/always.h); threads count, too, so each count is one step.
COVERAGE_FLAGS = BUILD=build/coverage CFLAGS='-O0 -g --coverage -fprofile-update=atomic -DASSIZE_COVERAGE' CC=gcc

## coverage: run the tests in a build that counts; lines and branches of hand-written C, against tests/coverage.table
coverage: deps
	@$(SUBMAKE) $(COVERAGE_FLAGS) tests || { echo '0 passed, 1 failed'; exit 1; }
	@sh tests/coverage.sh
.PHONY: coverage

## faults: let every allocation, read, write, … of every command fail once, twice over (minutes)
faults: deps
	@$(SUBMAKE) $(BUILD)/tests/faults
	@$(STEPS) $(BUILD)/tests/faults

## trust-full: the property tests, faults and bombs at full size, on all cores (an hour or more)
trust-full: deps
	@$(SUBMAKE) tests
	@$(STEPS) $(BUILD)/tests/faults \
	    $(foreach program,$(filter-out %/changes %/bounded,$(PROPERTY:%.c=$(BUILD)/%)),'$(program) --jobs $(JOBS) 10000000') \
	    $(BUILD)/tests/property/bounded '$(BUILD)/tests/property/changes 1000000' \
	    '$(BUILD)/tests/unit/quick 10000000' '$(BUILD)/tests/unit/verify 100000000' \
	    'tests/oracle.sh 1000000' 'tests/readers.sh 1000000' 'python3 tests/bounds.py $(BUILD)/assize full'
.PHONY: faults trust-full

FUZZ_FLAGS = BUILD=build/fuzz CC=clang CFLAGS='-O1 -g' SANITIZE=address,undefined,fuzzer-no-link
AFL_FLAGS = BUILD=build/afl CC=afl-clang-fast CFLAGS='-O1 -g' SANITIZE=address,undefined
MSAN_FLAGS = BUILD=build/msan CC=clang CFLAGS='-O1 -g' SANITIZE=memory
T :=
FUZZED = $(or $(T),$(FUZZ_TARGETS))

## fuzz: run the fuzzing target T (yaml, rule, policy, …) for SECONDS_EACH (60), or every one in turn; docs/how-to/fuzz.md
fuzz: deps
	@$(SUBMAKE) all $(FUZZED:%=$(BUILD)/tests/fuzz/%)
	@$(SUBMAKE) $(FUZZ_FLAGS) $(FUZZED:%=build/fuzz/fuzz/%)
	@sh scripts/fuzz.sh $(FUZZED)

# For scripts.
fuzz-targets:
	@echo $(FUZZ_TARGETS)
.PHONY: fuzz-targets

## fuzz-afl: the same under AFL++
fuzz-afl: deps
	@$(SUBMAKE) all $(FUZZED:%=$(BUILD)/tests/fuzz/%)
	@$(SUBMAKE) $(AFL_FLAGS) $(FUZZED:%=build/afl/fuzz/%)
	@ENGINE=afl sh scripts/fuzz.sh $(FUZZED)

## fuzz-memory: the kept inputs under MemorySanitizer, for the targets that need no library without it; docs/how-to/fuzz.md
FUZZ_MSAN := rule format describe
fuzz-memory: deps
	@$(SUBMAKE) $(MSAN_FLAGS) $(FUZZ_MSAN:%=build/msan/tests/fuzz/%)
	@$(STEPS) $(foreach target,$(FUZZ_MSAN),'build/msan/tests/fuzz/$(target) tests/fuzz/corpus/$(target)')
.PHONY: fuzz fuzz-afl fuzz-memory

## mutation: change the verdict core in one place at a time, and a test must fail; FILE=vm/vm.c, SAMPLE=200 SEED=1; docs/how-to/mutate.md
mutation: deps
	@$(SUBMAKE) tests
	@$(STEPS) 'tests/mutation.sh --all $(FILE:%=--file %) $(SAMPLE:%=--sample %) $(SEED:%=--seed %)'
.PHONY: mutation

## analyze: gcc -fanalyzer, clang-tidy with clang's analyzer, and cppcheck over all hand-written C (minutes)
analyze: deps
	@sh scripts/deps.sh --more
	@$(SUBMAKE) all
	@$(STEPS) 'tests/analyzers.sh --full'

## valgrind: every command of the tests' cases under memcheck (an hour)
valgrind: deps
	@$(SUBMAKE) all
	@$(STEPS) 'tests/valgrind.sh --full'
.PHONY: analyze valgrind

## accept: write what the tests and pages now print into them; read the diff before you keep it
accept: deps
	@$(SUBMAKE) tests
	@ASSIZE_BUILD=$(BUILD) sh tests/run.sh --accept

## docs: make the pages that come from the tables, and rewrite the outputs that README, docs/ and examples/ show
docs: deps
	@$(SUBMAKE) all
	@ASSIZE_BUILD=$(BUILD) sh scripts/reference.sh --write
	@$(BUILD)/assize schema >docs/schema/policy.schema.json
	@$(BUILD)/assize schema --of tests >docs/schema/tests.schema.json
	@ASSIZE_BUILD=$(BUILD) sh tests/docs.sh --accept

## deps: install what the build needs, with apt, where that is allowed; else say what is missing
deps:
	@sh scripts/deps.sh

## check-deps: every folder includes only what the architecture lets it
check-deps:
	@sh scripts/check-deps.sh

## fmt: format the C sources
fmt:
	@sh scripts/check-fmt.sh --fix

## check-fmt: say which C sources are not formatted
check-fmt:
	@sh scripts/check-fmt.sh

## lint: shellcheck, and the rules of the house that a grep can see
lint:
	@sh scripts/lint.sh

## bench: measure beside named peers, whose verdicts must be ours; BENCH='--write' makes the page anew, '--quick' only tries the harness
bench: deps
	@sh scripts/deps.sh $(if $(findstring --quick,$(BENCH)),,--bench)
	@$(SUBMAKE) all static $(BENCH_PROGRAMS)
	@$(if $(findstring --quick,$(BENCH)),:,ASSIZE_BUILD=$(BUILD) sh bench/start.sh)
	@$(if $(findstring --quick,$(BENCH)),:,ASSIZE_BUILD=$(BUILD) sh bench/check.sh)
	@python3 bench/compare.py --build $(BUILD) $(BENCH)
.PHONY: bench
.PHONY: demo check check-more sanitize accept docs deps check-deps fmt check-fmt lint

$(BENCH_PROGRAMS): $(BUILD)/bench/%: $(BUILD)/obj/bench/%.o $(BUILD)/libassize.a
	@mkdir -p $(@D)
	$(Q)$(LINK) -pie -o $@ $^ $(LIBS)

# ---- install -----------------------------------------------------------------------------------------------

ROOT = $(DESTDIR)$(PREFIX)

$(BUILD)/man/assize.1: $(BUILD)/assize
	@mkdir -p $(@D)
	$(Q)$(BUILD)/assize man >$@
$(BUILD)/man/assize-%.1: $(BUILD)/assize
	@mkdir -p $(@D)
	$(Q)$(BUILD)/assize man $* >$@
$(COMPLETIONS): $(BUILD)/assize
	@mkdir -p $(@D)
	$(Q)$(BUILD)/assize completions $(if $(findstring _,$(@F)),zsh,$(if $(findstring .fish,$(@F)),fish,bash)) >$@

## install: programs, libraries, header and pages under PREFIX (/usr/local), staged in DESTDIR
install: all $(MAN) $(COMPLETIONS) $(BUILD)/assize.spdx.json
	install -d "$(ROOT)/bin" "$(ROOT)/lib/pkgconfig" "$(ROOT)/include" "$(ROOT)/share/doc/assize"
	install -m 755 $(BUILD)/assize "$(ROOT)/bin/assize"
	install -m 644 $(BUILD)/libassize.a "$(ROOT)/lib/libassize.a"
	install -m 755 $(BUILD)/libassize.so "$(ROOT)/lib/libassize.so.$(VERSION)"
	ln -sf libassize.so.$(VERSION) "$(ROOT)/lib/libassize.so.$(SOVERSION)"
	ln -sf libassize.so.$(SOVERSION) "$(ROOT)/lib/libassize.so"
	install -m 644 include/assize.h "$(ROOT)/include/assize.h"
	sed -e 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|' assize.pc.in >"$(ROOT)/lib/pkgconfig/assize.pc"
	chmod 644 "$(ROOT)/lib/pkgconfig/assize.pc"
	install -m 644 LICENSE "$(ROOT)/share/doc/assize/LICENSE"
	install -m 644 docs/schema/policy.schema.json docs/schema/tests.schema.json "$(ROOT)/share/doc/assize"
	install -m 644 $(BUILD)/assize.spdx.json "$(ROOT)/share/doc/assize"
	install -d "$(ROOT)/share/man/man1" "$(ROOT)/share/bash-completion/completions" \
	    "$(ROOT)/share/zsh/site-functions" "$(ROOT)/share/fish/vendor_completions.d"
	install -m 644 $(MAN) "$(ROOT)/share/man/man1"
	install -m 644 $(BUILD)/completions/assize "$(ROOT)/share/bash-completion/completions/assize"
	install -m 644 $(BUILD)/completions/_assize "$(ROOT)/share/zsh/site-functions/_assize"
	install -m 644 $(BUILD)/completions/assize.fish "$(ROOT)/share/fish/vendor_completions.d/assize.fish"

## uninstall: remove what install put there
uninstall:
	rm -f "$(ROOT)/bin/assize" "$(ROOT)/lib/libassize.a" "$(ROOT)/lib/libassize.so" \
	    "$(ROOT)/lib/libassize.so.$(SOVERSION)" "$(ROOT)/lib/libassize.so.$(VERSION)" \
	    "$(ROOT)/lib/pkgconfig/assize.pc" "$(ROOT)/include/assize.h" "$(ROOT)/share/doc/assize/LICENSE" \
	    "$(ROOT)/share/doc/assize/policy.schema.json" "$(ROOT)/share/doc/assize/tests.schema.json" "$(ROOT)/share/doc/assize/assize.spdx.json" \
	    "$(ROOT)/share/bash-completion/completions/assize" \
	    "$(ROOT)/share/zsh/site-functions/_assize" "$(ROOT)/share/fish/vendor_completions.d/assize.fish" \
	    $(foreach page,$(notdir $(MAN)),"$(ROOT)/share/man/man1/$(page)")
	@rmdir "$(ROOT)/share/doc/assize" 2>/dev/null || true

## clean: remove everything that was built
clean:
	rm -rf build

## help: this list
help:
	@sed -n 's/^## \([a-z-]*\): \(.*\)/\1|\2/p' Makefile | awk -F'|' '{ printf "  make %-12s %s\n", $$1, $$2 }'
.PHONY: install uninstall clean help
.DEFAULT_GOAL := all
