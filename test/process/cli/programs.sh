#!/bin/bash
# Folders with migrations that only their tool can run.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=test/process/cli/roads.bash
. test/process/cli/roads.bash

for road in sqlite postgresql wire; do
	new_database goose
	printf -- '-- +goose Up\ncreate table a (id integer primary key);\n' >"$migrations/00001_a.sql"
	printf 'package migrations\n' >"$migrations/00002_fill.go"
	printf 'package migrations\n' >"$migrations/00002_fill_test.go"
	printf 'package migrations\n' >"$migrations/main.go"
	printf -- '-- +goose Up\ncreate table b (id integer primary key);\n' >"$migrations/00003_b.sql"
	says 'these migrations are not SQL: "00002_fill.go".*Write them as SQL in their place, or leave them out with --exclude.*exit 2' 'goose' migrate
	says 'are not SQL.*exit [12]' 'status says so' status
	says '00004.*exit 0' 'new goes on' new next
	rm "$migrations"/*_next.sql
	says '2 migrations applied.*exit 0' 'without it' migrate --exclude '*.go'
	says '2 migrations: 2 applied.*exit 0' 'status without it' status --exclude '00002*'
	rm "$migrations/00002_fill.go"
	says 'no migration applied.*exit 0' 'other programs are no migrations' migrate
	printf 'package migrations\nfunc init() { goose.AddNamedMigrationContext("00004_fill.go", up, down) }\n' >"$migrations/fill.go"
	says 'these migrations are not SQL: "fill.go".*exit 2' 'one that names its version' migrate

	for name in 2_fill.go 2_premigrate.go 2_b.up.fizz; do
		new_database "golang_${name//[^a-z]/_}"
		printf 'create table a (id integer primary key);\n' >"$migrations/1_a.up.sql"
		printf 'package migrations\n' >"$migrations/$name"
		says "these migrations are not SQL: \"$name\".*exit 2" "$name beside files like those of golang-migrate" migrate
		[ "$road" = sqlite ] || continue
		says "1 migration applied.*exit 0" "$name is left out" migrate --exclude "${name/2/*}"
	done
	new_database numbered
	printf 'create table a (id integer primary key);\n' >"$migrations/1_a.sql"
	printf 'export default async function () {}\n' >"$migrations/2_fill.js"
	says 'these migrations are not SQL: "2_fill.js".*exit 2' 'JavaScript beside files with numbers' migrate
	says '^(no findings|.*1 info).exit 0' 'lint --new without it' lint --new --exclude '*.js'

	new_database liquibase
	printf -- '--liquibase formatted sql\n--changeset a:1\ncreate table a (id integer primary key);\n' >"$migrations/a.sql"
	printf 'name: build\n' >"$migrations/build.yml"
	says '1 migration applied.*exit 0' 'a file in YAML' migrate
	printf '<databaseChangeLog><changeSet id="2" author="a"><sql>drop table a</sql></changeSet></databaseChangeLog>\n' >"$migrations/b.xml"
	says 'these migrations are not SQL: "b.xml".*exit 2' 'a changelog in XML' migrate
	printf 'databaseChangeLog:\n  - changeSet: {id: 2}\n' >"$migrations/b.yaml"
	says 'these migrations are not SQL: "b.xml", "b.yaml".*exit 2' 'and in YAML' migrate
done

finish
