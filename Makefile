# dbcare
#
#	make				all that this machine has the headers for: the extensions
#				pg_ext/dbcare.so and sqlite_ext/dbcare.so, the command build/dbcare
#	make postgresql		one of them; make sqlite, make cli
#	make install		installs all three; install-postgresql, install-sqlite,
#				install-cli: one
#	make demo			shows dbcare at work on a SQLite file
#	make quick			builds, and tests what a change touches, in a minute;
#				ROOM=health: these rooms
#	make check			builds everything and runs every test
#	make generate		rewrites what is generated from the sources; make accept
#				[PARITY=NAMES]: also the expected files of what was changed
#	make deb			Debian packages of extensions and command, in build/deb; make dist:
#				a zip for PGXN; make npm: packages for Node.js; make wheel:
#				for Python; make tarball: the command and install.sh;
#				make packages-check: tries all of them on a clean Debian
#	make release		all of them, from the last commit, in build/release
#	make sqlite-shell DIR=d	a static SQLite shell with dbcare in it: build/sqlite3
#	make corpora DIR=d	runs migration sets of other projects
#	make citus PG_CONFIG=p	checks tables in shards, on a PostgreSQL that has Citus
#	make adopt NODE=d	has other migration tools go on with dbcare
#	make json-suite		runs the official test suite of JSON Schema
#	make matrix			builds and tests in Debian releases (RELEASES='trixie sid'),
#				installed in MATRIX_DIR, or with PG_CONFIG=..., or with
#				versions of SQLite, AMALGAMATIONS='FOLDER ...';
#				PROCESSES='health/fix ...': runs these processes there, too
#	make bench			measures; make soak: kills runners at random moments,
#				tries a thousand random schemas
#	make html-check		looks at the page of dbhealth_html() and those of
#				dbcare serve in Chromium
#	make valgrind		runs the SQLite tests under valgrind; make sanitize:
#				under the compiler's sanitizers; make race: what has
#				threads under another one
#
# demo and check install the Debian packages they need (test/deps.sh).
# PostgreSQL is the one that PG_CONFIG belongs to.

# The version is typed in META.json alone.  SQL scripts are MAJOR.MINOR.
EXTVERSION := $(shell sed -n 's/^	"version": "\(.*\)",/\1/p' META.json)
SQLVERSION := $(shell echo $(EXTVERSION) | cut -d . -f 1,2)
# The install script of the release before, and the script that updates from it;
# none before the second release.
BEFORE := $(shell ls pg_ext/dbcare--*.sql | grep -v -e '--.*--' \
	-e '--$(SQLVERSION)\.sql$$' | sort -V | tail -n 1)
UPDATE = $(BEFORE:.sql=--$(SQLVERSION).sql)

PG_CONFIG ?= pg_config
prefix ?= /usr/local
sqlitedir ?= $(prefix)/lib/sqlite3
mandir ?= $(prefix)/share/man/man1
completionsdir ?= $(prefix)/share/bash-completion/completions
zshdir ?= $(prefix)/share/zsh/vendor-completions
fishdir ?= $(prefix)/share/fish/vendor_completions.d
# Scripts for DBAs, which the examples of schedules call.
dbadir ?= $(prefix)/share/dbcare/dba
SANITIZE ?= address,undefined
export PG_CONFIG SANITIZE

CFLAGS ?= -O2 -g
WARNINGS = -Wall -Wextra -Wformat-security $(WERROR)
# Debugging symbols and what is made of them are the same wherever the sources are.
FLAGS = -std=c11 -D_XOPEN_SOURCE=700 -fPIC -fvisibility=hidden $(WARNINGS) \
	-ffile-prefix-map='$(CURDIR)'=. -I. -DDBC_VERSION='"$(EXTVERSION)"' $(CPPFLAGS) $(CFLAGS)
# The same sources once more, linked into test programs that watch memory: to compile
# them takes less than half of the time with less optimization.
WATCHED = $(FLAGS) -O1 -g1 -DSQLITE_CORE -fno-sanitize-recover=all \
	-fsanitize=$(SANITIZE)

LIBRARIES = -lpcre2-8 -lcrypto -lzstd -lm
# The path of a library as an archive, or else what links it shared.
archive = $(or $(filter /%,$(shell $(CC) -print-file-name=lib$(1).a)),-l$(1))
CLI_LDFLAGS ?= -no-pie
# libcrypto.a of newer Debian releases needs libz.a.
CRYPTO = $(if $(filter /%,$(call archive,z)),$(call archive,crypto) $(call archive,z),-lcrypto)
CLI_LIBRARIES ?= $(foreach name,sqlite3 ncursesw tinfo pcre2-8,$(call archive,$(name))) \
	$(CRYPTO) $(call archive,zstd) -lm

# A change of compiler options or of the version rebuilds everything.
SETUP = Makefile META.json

TOOLS = build/gen build/embed
# The pages that gen rewrites.
MANUAL = README.md $(wildcard doc/*.md)
PAGE = build/page/css.c build/page/js.c
COMMON = $(filter-out common/tools/%,$(wildcard common/*/*.c)) $(PAGE)
# What all bindings link: the core, and the files that it cannot open.
SHARED = $(COMMON) $(wildcard posix/*/*.c)
SQLITE = $(wildcard sqlite_ext/*/*.c) sqlite_ext/embedded_sql.c
POSTGRESQL = $(wildcard pg_ext/*/*.c) pg_ext/embedded_sql.c
# The binding over a connection; it has the SQL of the extension, and those files
# of it that need no header of the server.
WIRE = $(filter-out $(PARSER_SOURCES),$(wildcard wire/*/*.c)) wire/embedded_sql.c $(wildcard pg_ext/migrate/diff*.c) \
	pg_ext/migrate/schema.c pg_ext/migrate/preview.c pg_ext/ops/condition.c pg_ext/sample/statements.c pg_ext/core/traits.c
# The analysis of scripts once more, for lint without a server: with PostgreSQL's parser as a
# library, and the headers of its version.  Without either, the command lints on a server only.
PARSER_SOURCES = $(filter-out pg_ext/lint/catalog%.c pg_ext/lint/host.c,$(wildcard pg_ext/lint/*.c)) \
	$(addprefix wire/lint/,catalog.c host.c server.c type.c)
PARSER_LIBRARY := $(filter /%,$(shell $(CC) -print-file-name=libpg_query.a))
PARSER_VERSION := $(shell $(CC) -include pg_query.h -E -dM -x c /dev/null 2>/dev/null | \
	sed -n 's/^.define PG_MAJORVERSION "\(.*\)"/\1/p')
PARSER_HEADERS := $(if $(PARSER_LIBRARY),$(shell \
	for folder in "$$($(PG_CONFIG) --includedir-server 2>/dev/null)" /usr/include/postgresql/$(PARSER_VERSION)/server; do \
	grep -qs 'define PG_MAJORVERSION "$(PARSER_VERSION)"' "$$folder/pg_config.h" && echo "$$folder" && break; done))
PARSER = $(if $(PARSER_HEADERS),$(PARSER_SOURCES:%.c=build/parser/%.o))
PARSER_LINK = $(if $(PARSER_HEADERS),$(PARSER_LIBRARY) -Wl$(comma)--wrap=check_stack_depth)
comma = ,
CLI = $(wildcard cli/*.c)
UNIT = $(patsubst test/%.c,build/%,\
	$(filter-out test/unit/fake/%,$(wildcard test/unit/*/*.c)))
FAULT = $(patsubst test/%.c,build/%,$(wildcard test/fault/*/*.c))
FORMATTED = sqlite_ext/shell.c $(wildcard cli/*.[ch] common/*/*.[ch] pg_ext/*/*.[ch] sqlite_ext/*/*.[ch] \
	posix/*/*.[ch] wire/*/*.[ch] \
	test/*.[ch] test/*/*.[ch] test/*/*/*.[ch])

SERVER_HEADER := $(wildcard $(shell $(PG_CONFIG) --includedir-server 2>/dev/null)/postgres.h)
LIBPQ_HEADER := $(firstword $(wildcard $(addsuffix /libpq-fe.h,\
	$(shell $(PG_CONFIG) --includedir 2>/dev/null) /usr/include/postgresql /usr/include)))
HTTP_HEADER := $(shell echo '\#include <microhttpd.h>' | $(CC) -E -x c - >/dev/null 2>&1 && echo yes)
# Of the three parts those that can be built here.
PARTS = $(if $(SERVER_HEADER),postgresql) sqlite $(if $(LIBPQ_HEADER),cli)

all: $(PARTS)
	@$(if $(SERVER_HEADER),,echo "left out: the PostgreSQL extension, since $(PG_CONFIG) names no headers of a server" \
		"(postgresql-server-dev-all on Debian)")
	@$(if $(LIBPQ_HEADER),,echo "left out: the command, since there is no libpq-fe.h (libpq-dev on Debian)")
	@$(if $(HTTP_HEADER),,echo "left out: dbcare serve, since there is no microhttpd.h (libmicrohttpd-dev on Debian)")
	@$(if $(PARSER_HEADERS),,echo "left out: lint --dialect postgresql, since there is no libpg_query.a" \
		"with the headers of a server of its version (libpg-query-dev on Debian)")

postgresql: build/common.a pg_ext/embedded_sql.c
	$(MAKE) -C pg_ext all

sqlite: sqlite_ext/dbcare.so

sqlite_ext/dbcare.so: $(SQLITE:%.c=build/%.o) build/common.a
	$(CC) -shared $(LDFLAGS) -o $@ $^ $(LIBRARIES)

cli: build/dbcare

# The command has the SQLite binding in it, and loads libpq when it needs it.  Its
# libraries are static where they can be: to load and relocate them takes longer than
# most calls on a SQLite file.
build/dbcare: $(CLI:%.c=build/%.o) $(WIRE:%.c=build/%.o) $(SQLITE:%.c=build/inside/%.o) \
		$(PARSER) build/common.a
	$(CC) $(LDFLAGS) $(CLI_LDFLAGS) -o $@ $^ $(PARSER_LINK) $(CLI_LIBRARIES)

PARSER_FLAGS = -D_GNU_SOURCE -isystem $(PARSER_HEADERS) -include wire/lint/parser.h

build/parser/%.o: %.c $(SETUP)
	@mkdir -p $(@D)
	$(CC) $(FLAGS) $(PARSER_FLAGS) -MMD -MP -c -o $@ $<

build/watched/parser/%.o: %.c $(SETUP)
	@mkdir -p $(@D)
	$(CC) $(WATCHED) $(PARSER_FLAGS) -MMD -MP -c -o $@ $<

build/cli/%.o build/wire/%.o build/watched/cli/%.o build/watched/wire/%.o \
	build/test/wire/%.o build/watched/test/wire/%.o: FLAGS += -I$(dir $(LIBPQ_HEADER))

# The shell of SQLite with dbcare in it, without shared libraries; DIR has the
# amalgamation: shell.c, sqlite3.c, sqlite3.h.
sqlite-shell: $(SQLITE:%.c=build/inside/%.o) build/common.a
	$(CC) -static $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -I'$(DIR)' -o build/sqlite3 \
		-DSQLITE_EXTRA_INIT=dbcsl_load_everywhere -DSQLITE_ENABLE_DBSTAT_VTAB \
		-DSQLITE_ENABLE_FTS5 -DSQLITE_ENABLE_RTREE -DSQLITE_ENABLE_MATH_FUNCTIONS \
		-DSQLITE_ENABLE_COLUMN_METADATA -DSQLITE_OMIT_LOAD_EXTENSION \
		'$(DIR)/shell.c' '$(DIR)/sqlite3.c' sqlite_ext/shell.c $^ $(LIBRARIES)
	test/static_shell.sh build/sqlite3

build/inside/%.o: %.c $(SETUP)
	@mkdir -p $(@D)
	$(CC) $(FLAGS) -DSQLITE_CORE -MMD -MP -c -o $@ $<

build/common.a: $(SHARED:%.c=build/%.o)
build/watched/dbcare.a: $(SHARED:%.c=build/watched/%.o) \
	$(SQLITE:%.c=build/watched/%.o)
build/common.a build/watched/dbcare.a:
	rm -f $@
	$(AR) rcs $@ $^

build/%.o: %.c $(SETUP)
	@mkdir -p $(@D)
	$(CC) $(FLAGS) -MMD -MP -c -o $@ $<

build/watched/%.o: %.c $(SETUP)
	@mkdir -p $(@D)
	$(CC) $(WATCHED) -MMD -MP -c -o $@ $<

$(TOOLS): build/%: build/common/tools/%.o
	$(CC) $(FLAGS) -o $@ $(filter %.o %.a,$^) $(LIBRARIES)

build/embed: build/common/tools/keeps.o build/common/tools/writes.o build/common/core/sql_scan.o

build/gen: build/common/tools/gen_reference.o \
	build/common/tools/gen_upgrade.o build/common.a

pg_ext/embedded_sql.c: PREFIX = postgresql dbcpg
wire/embedded_sql.c: build/embed FORCE
	build/embed wire dbcw_sql common pg_ext wire >$@.new
	@if cmp -s $@ $@.new; then rm $@.new; else mv $@.new $@; fi

sqlite_ext/embedded_sql.c: PREFIX = sqlite dbcsl
%_ext/embedded_sql.c: build/embed FORCE
	build/embed $(PREFIX)_sql common $*_ext >$@.new
	@if cmp -s $@ $@.new; then rm $@.new; else mv $@.new $@; fi

$(PAGE): build/page/%.c: build/embed common/health/page.%
	@mkdir -p $(@D)
	build/embed text dbc_health_page_$* common/health/page.$* >$@

# The fake host is linked to each program of test/unit, with what engines are like.
$(UNIT): $(patsubst %.c,build/watched/%.o,$(wildcard test/unit/fake/*.c) pg_ext/core/traits.c)
$(UNIT) $(FAULT): build/%: build/watched/test/%.o build/watched/dbcare.a
	@mkdir -p $(@D)
	$(CC) $(WATCHED) -o $@ $(filter %.o,$^) $(filter %.a,$^) -lcmocka \
		-lsqlite3 $(LIBRARIES)

# These call every function.
$(FAULT) build/unit/registry/sweep: build/watched/test/scrypt.o
$(FAULT) build/unit/registry/sweep: private LIBRARIES += -ldl

# Those of the command have all of it but main().
$(filter build/unit/cli/%,$(UNIT)): $(patsubst %.c,build/watched/%.o,$(filter-out cli/main.c,$(CLI)) $(WIRE))
$(filter build/unit/cli/%,$(UNIT)): private LIBRARIES += -lncursesw -ltinfo

# The fuzz targets with the seeds alone, and with clang's fuzzer.
FUZZ = $(wildcard test/fuzz/*.c)

build/fuzz/replay: $(FUZZ) test/fuzz/files.h build/watched/dbcare.a
	@mkdir -p $(@D)
	$(CC) $(WATCHED) -DREPLAY -o $@ $(filter-out %.h,$^) -lsqlite3 $(LIBRARIES)

build/fuzz/%.o: %.c $(SETUP)
	@mkdir -p $(@D)
	clang $(WATCHED),fuzzer-no-link -MMD -MP -c -o $@ $<

build/fuzz/fuzz: $(FUZZ) test/fuzz/files.h $(SHARED:%.c=build/fuzz/%.o) \
		$(SQLITE:%.c=build/fuzz/%.o)
	clang $(WATCHED) -fsanitize=fuzzer -o $@ $(filter-out %.h,$^) -lsqlite3 $(LIBRARIES)

# Calls of the binding over a connection, and scripts with calls, under the
# sanitizers.
build/wire/call build/wire/script: build/wire/%: build/watched/test/wire/%.o \
		$(WIRE:%.c=build/watched/%.o) $(SHARED:%.c=build/watched/%.o) \
		$(PARSER:build/%=build/watched/%)
	@mkdir -p $(@D)
	$(CC) $(WATCHED) -o $@ $^ $(PARSER_LINK) $(LIBRARIES)

# The first one as it is released, for test/bench.
build/bench/call: build/test/wire/call.o $(WIRE:%.c=build/%.o) $(PARSER) build/common.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) $(CLI_LDFLAGS) -o $@ $^ $(PARSER_LINK) $(LIBRARIES)

build/nosync.so: test/nosync.c test/scrypt.c
	@mkdir -p $(@D)
	$(CC) -fPIC $(WARNINGS) -shared -o $@ $^ -lcrypto -ldl

build/spent: test/spent.c
	@mkdir -p $(@D)
	$(CC) -std=c11 -D_DEFAULT_SOURCE $(WARNINGS) $(CFLAGS) -o $@ $<

# The command once more; it leaves its memory to the end of the process.
build/watched/command: $(CLI:%.c=build/watched/%.o) $(WIRE:%.c=build/watched/%.o) \
		$(PARSER:build/%=build/watched/%) build/watched/dbcare.a
	$(CC) $(WATCHED) -o $@ $^ $(PARSER_LINK) -lsqlite3 -lncursesw -ltinfo $(LIBRARIES)

build/watched/dbcare.so: build/watched/dbcare.a
	$(CC) $(WATCHED) -shared -o $@ -Wl,--whole-archive $^ \
		-Wl,--no-whole-archive -lsqlite3 $(LIBRARIES)

install: $(PARTS:%=install-%)

install-postgresql: postgresql
	$(MAKE) -C pg_ext install

install-sqlite: sqlite
	install -d '$(DESTDIR)$(sqlitedir)'
	install -m 755 sqlite_ext/dbcare.so '$(DESTDIR)$(sqlitedir)/'

install-cli: cli
	install -d '$(DESTDIR)$(prefix)/bin'
	install -m 755 build/dbcare '$(DESTDIR)$(prefix)/bin/'
	install -d '$(DESTDIR)$(mandir)' '$(DESTDIR)$(completionsdir)' \
		'$(DESTDIR)$(zshdir)' '$(DESTDIR)$(fishdir)' \
		'$(DESTDIR)$(dbadir)/schedule' '$(DESTDIR)$(dbadir)/ci'
	build/dbcare help --as man >'$(DESTDIR)$(mandir)/dbcare.1'
	build/dbcare completion bash >'$(DESTDIR)$(completionsdir)/dbcare'
	build/dbcare completion zsh >'$(DESTDIR)$(zshdir)/_dbcare'
	build/dbcare completion fish >'$(DESTDIR)$(fishdir)/dbcare.fish'
	install -m 755 sql/dba/*.sh '$(DESTDIR)$(dbadir)/'
	install -m 644 sql/dba/*.sql '$(DESTDIR)$(dbadir)/'
	install -m 644 sql/dba/schedule/* '$(DESTDIR)$(dbadir)/schedule/'
	install -m 644 sql/dba/ci/* '$(DESTDIR)$(dbadir)/ci/'

uninstall:
	$(MAKE) -C pg_ext uninstall
	rm -f '$(DESTDIR)$(prefix)/bin/dbcare' '$(DESTDIR)$(mandir)/dbcare.1' \
		'$(DESTDIR)$(completionsdir)/dbcare' '$(DESTDIR)$(zshdir)/_dbcare' \
		'$(DESTDIR)$(fishdir)/dbcare.fish'
	rm -rf '$(DESTDIR)$(dbadir)'
	rm -f '$(DESTDIR)$(sqlitedir)/dbcare.so'

installcheck:
	$(MAKE) -C pg_ext installcheck

# ---- packages ----

# The sources of this tree, with or without git, as one copies them.
COPY_SOURCES = { git ls-files -co --exclude-standard 2>/dev/null || \
	find . -path ./build -prune -o -type f -print; } | xargs -d '\n' cp --parents -t
RELEASE = dbcare-$(EXTVERSION)

deb:
	@test/deps.sh deb
	rm -rf build/deb
	mkdir -p build/deb/$(RELEASE)
	$(COPY_SOURCES) build/deb/$(RELEASE)
	cd build/deb/$(RELEASE) && export DEB_PG_SUPPORTED_VERSIONS=installed && \
		pg_buildext updatecontrol && dpkg-buildpackage -us -uc -b

# What .gitattributes exports of the last commit.
dist:
	mkdir -p build/dist
	git archive --format zip --prefix $(RELEASE)/ -o build/dist/$(RELEASE).zip HEAD

# Node.js has an OpenSSL in it, whose symbols come first: the libraries are part of
# this one, and hidden.
build/npm/dbcare.so: $(SQLITE:%.c=build/%.o) build/common.a
	@mkdir -p $(@D)
	$(CC) -shared $(LDFLAGS) -Wl,--exclude-libs,ALL -Wl,-Bsymbolic -o $@ $^ \
		-Wl,-Bstatic $(filter-out -lm,$(LIBRARIES)) -Wl,-Bdynamic -lm

npm: build/npm/dbcare.so
	test/symbols.sh $<
	sqlite_ext/npm/pack.sh $< build/npm

wheel: build/npm/dbcare.so
	@test/deps.sh wheel
	rm -rf build/wheel
	sqlite_ext/python/pack.sh $< build/wheel

# For machines without packages: the command and the library for SQLite.
tarball: cli build/npm/dbcare.so
	rm -rf build/tarball
	$(MAKE) install-cli prefix= DESTDIR='$(CURDIR)/build/tarball/installed'
	cli/tarball/pack.sh build/tarball/installed build/npm/dbcare.so \
		$(RELEASE)-linux-$(shell uname -m) build/tarball
	rm -rf build/tarball/installed

# All files of a release, made twice; what is left for a person is printed.
release:
	@test/deps.sh deb
	@test/deps.sh wheel
	common/tools/release.sh build/release

# On a clean Debian, a debootstrap in ROOT that is made if it is not there.
packages-check: all
	@test/deps.sh packages
	test/packages.sh $(ROOT)

clean:
	rm -rf build sqlite_ext/dbcare.so sqlite_ext/embedded_sql.c wire/embedded_sql.c
	-$(MAKE) -C pg_ext clean

generate: build/gen build/dbcare
	build/gen install-sql >pg_ext/dbcare--$(SQLVERSION).sql
	$(if $(BEFORE),build/gen upgrade-sql $(BEFORE) \
		pg_ext/dbcare--$(SQLVERSION).sql >$(UPDATE))
	build/gen reference $(MANUAL)
	common/tools/seam.sh doc/architecture.md
	common/tools/command.sh doc/command.md

# The manual as pages that need no server: build/site/html/index.html.
site:
	@test/deps.sh site
	rm -rf build/site
	mkdir -p build/site/pages
	doc/site/pages.pl build/site/pages
	mkdocs build --strict --quiet -f doc/site/mkdocs.yml

# The programs of doc/applications.md; NODE can name a Node.js that has node:sqlite, and
# NODE_PATH a directory with better-sqlite3.
applications-check: all build/npm/dbcare.so
	@test/deps.sh applications
	test/process/registry/applications.sh

# What the install script has is known once it is generated.
accept:
	$(MAKE) generate
	$(MAKE) all
	test/accept.sh $(PARITY)

demo:
	@test/deps.sh demo
	@$(MAKE) -s sqlite
	@test/demo/demo.sh

# Make reads this file before anything is installed, hence the second make.
quick:
	@test/deps.sh check
	@$(MAKE) -s -j 2 WERROR=-Werror all unit-tests
	@ROOM='$(if $(ROOM),$(ROOM),changed)' test/quick.sh

# In one process, whose processor time has that of the build in it.
check:
	@test/deps.sh check
	@$(MAKE) -s -j 2 WERROR=-Werror all tests && exec test/check.sh

tests: unit-tests build/gen $(FAULT) build/watched/dbcare.so build/fuzz/replay build/wire/call \
	build/wire/script

unit-tests: $(UNIT) build/nosync.so build/spent

corpora: all build/wire/script
	test/corpora.sh $(DIR)
	test/corpora_test.sh $(DIR)
	test/corpora_lint.sh $(DIR)
	test/corpora_offline.sh $(DIR)
	test/corpora_wire.sh $(DIR)
	test/roundtrip.sh $(DIR)

adopt: all
	test/adopt/live.sh

citus: all build/wire/call
	test/citus.sh

json-suite: all
	test/json_suite.sh $(DIR)

SECONDS ?= 60
fuzz:
	@test/deps.sh check
	@$(MAKE) -s -j 2 build/fuzz/fuzz
	test/fuzz/run.sh $(SECONDS)

bench: all
	test/bench/run.sh

# PG_CONFIG has a default that is no choice of the caller's.
MATRIX_DIR ?= build/matrix
matrix: $(if $(AMALGAMATIONS),sqlite cli $(FAULT) build/nosync.so build/spent)
	$(if $(AMALGAMATIONS),test/matrix_sqlite.sh $(MATRIX_DIR) $(AMALGAMATIONS),\
	PG_CONFIG='$(if $(filter command environment,$(firstword $(origin PG_CONFIG))),$(PG_CONFIG))' \
		test/matrix.sh $(MATRIX_DIR) $(RELEASES))

soak: all tests build/watched/command
	test/soak.sh

html-check:
	@test/deps.sh html-check
	@$(MAKE) -s -j 2 all
	test/html_check.sh

valgrind:
	@test/deps.sh valgrind
	@$(MAKE) -s sqlite
	test/watched.sh valgrind

sanitize: build/watched/dbcare.so
	test/watched.sh sanitize

# Monitoring in threads, under the thread sanitizer.
race: sqlite_ext/embedded_sql.c
	@mkdir -p build
	$(CC) $(FLAGS) -DSQLITE_CORE -fsanitize=thread -o build/race $(SHARED) \
		$(SQLITE) test/fault/monitor/connections.c -lsqlite3 $(LIBRARIES)
	build/race threads

# ---- the parts of check that are not tests of behaviour ----

check-generated: build/gen build/dbcare
	build/gen install-sql | diff -u pg_ext/dbcare--$(SQLVERSION).sql -
	$(if $(BEFORE),build/gen upgrade-sql $(BEFORE) \
		pg_ext/dbcare--$(SQLVERSION).sql | diff -u $(UPDATE) -)
	rm -rf build/manual
	mkdir -p build/manual
	cp --parents $(MANUAL) build/manual
	cd build/manual && ../gen reference $(MANUAL)
	common/tools/seam.sh build/manual/doc/architecture.md
	common/tools/command.sh build/manual/doc/command.md
	for page in $(MANUAL); do diff -u $$page build/manual/$$page || exit; done

check-layering: build/common.a
	test/layering.sh $(COMMON:%.c=build/%.o)

check-symbols: all
	test/symbols.sh

# Releases of clang-format differ, so that another one is no judge.
check-format:
	@command -v clang-format-14 >/dev/null || \
		echo "clang-format-14 is not installed: the format is not checked"
	! command -v clang-format-14 >/dev/null || \
		clang-format-14 --dry-run -Werror $(FORMATTED)

# Tests that are modules of a PostgreSQL server.
PG_TESTS = test/process/advise/planner.c
# What is used beyond ISO C: empty structures and initializers (functions without
# arguments), macros with optional arguments, statement expressions (in macros of
# PostgreSQL), and long strings (embedded SQL).
PEDANTIC = -Wpedantic -Wno-gnu-empty-struct -Wno-gnu-empty-initializer -Wno-zero-length-array \
	-Wno-gnu-zero-variadic-macro-arguments -Wno-gnu-statement-expression -Wno-overlength-strings \
	-Wno-c2x-extensions
# The build has gcc's warnings.  A file is checked again when it, or a header that it
# includes, has changed.
CHECKED = $(patsubst %.c,build/warnings/%.ok,$(SHARED) $(SQLITE) $(CLI) $(WIRE) \
	$(filter-out $(PG_TESTS),$(filter test/%.c,$(FORMATTED))))
PG_CHECKED = $(patsubst %.c,build/warnings/server/%.ok,$(POSTGRESQL) $(PG_TESTS))
PARSER_CHECKED = $(if $(PARSER_HEADERS),$(patsubst %.c,build/warnings/parser/%.ok,$(filter wire/%,$(PARSER_SOURCES))))

check-warnings: $(CHECKED) $(PG_CHECKED) $(PARSER_CHECKED)

# Of these make check tries some.
list-warnings:
	@printf '%s\n' $(CHECKED) $(PG_CHECKED) $(PARSER_CHECKED)

$(CHECKED): HEADERS = -I$(dir $(LIBPQ_HEADER))
$(PG_CHECKED): HEADERS = -Wdeclaration-after-statement \
	-isystem $(shell $(PG_CONFIG) --includedir-server)

$(PARSER_CHECKED): HEADERS = -Wdeclaration-after-statement $(PARSER_FLAGS)

define CHECK_WARNINGS
	@mkdir -p $(@D)
	clang -fsyntax-only $(FLAGS) $(PEDANTIC) -Werror $(HEADERS) \
		-MMD -MP -MF $(@:.ok=.d) -MT $@ $<
	@touch $@
endef

build/warnings/server/%.ok build/warnings/parser/%.ok: %.c $(SETUP)
	$(CHECK_WARNINGS)

build/warnings/%.ok: %.c $(SETUP)
	$(CHECK_WARNINGS)

check-install: all
	rm -rf build/install
	$(MAKE) install DESTDIR=$(CURDIR)/build/install
	cd build/install && test -f ".$$($(PG_CONFIG) --pkglibdir)/dbcare.so" \
		-a -f ".$$($(PG_CONFIG) --sharedir)/extension/dbcare.control" \
		-a -f ".$$($(PG_CONFIG) --sharedir)/extension/dbcare--$(SQLVERSION).sql" \
		-a -f '.$(sqlitedir)/dbcare.so' -a -x '.$(prefix)/bin/dbcare' \
		-a -x '.$(dbadir)/run.sh'
	# without PostgreSQL the rest
	$(MAKE) -n all PG_CONFIG=/nowhere/pg_config >build/install/parts
	grep -q 'left out: the PostgreSQL extension' build/install/parts
	! grep -qE 'left out: the command|C pg_ext' build/install/parts

FORCE:

.PHONY: all applications-check site postgresql sqlite cli install install-postgresql \
	install-sqlite install-cli \
	uninstall installcheck clean generate accept demo quick check \
	tests unit-tests corpora citus adopt deb dist npm wheel tarball release packages-check sqlite-shell \
	json-suite fuzz bench matrix soak html-check valgrind sanitize race \
	check-generated check-layering check-symbols check-format check-warnings \
	list-warnings check-install FORCE

# Keep what pattern rules make on the way to a program.
.SECONDARY:

# Systems that tests install there have files of that name, and so have copies of the sources.
-include $(shell find build \( -path 'build/*/usr' -o -path 'build/*/build' \) -prune -o -type f -name '*.d' -print 2>/dev/null)
