#!/bin/bash
# Makes the fixtures of test/process/adopt/tools.sh with the tools themselves:
#
#	test/adopt/TOOL.ENGINE.sql	the ledger that TOOL has left after two of three
#								migrations, as a dump
#	test/adopt/TOOL.json		the files of all three, as dbmigrate_load() takes them
#
# usage: NODE=DIR test/adopt/make.sh [TOOL ...]
#
# DIR is where npm has installed dbmate, node-pg-migrate, graphile-migrate, knex,
# db-migrate, db-migrate-pg, db-migrate-sqlite3, pg and better-sqlite3; sqitch, alembic,
# python3-django, ruby-activerecord and their drivers are Debian's.  The server is
# the one the environment names.  What cannot be had there (golang-migrate, goose,
# sql-migrate, Flyway, Liquibase, sqlx, refinery, diesel, Supabase, Versioning) has
# a fixture that was written after the tool's source, which its first line says.
set -eu
cd "$(dirname "$0")"
here=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
node=${NODE:?the directory with node_modules}
export PATH="$node/node_modules/.bin:$PATH" NODE_PATH="$node/node_modules"
socket=$(node -p 'encodeURIComponent(process.env.PGHOST)')
url="postgres://$PGUSER@$socket/adopt"

# file NAME: writes standard input into a file of the project.
file()
{
	mkdir -p "$(dirname "$1")"
	cat >"$1"
}

# fresh ENGINE: empties the database.
fresh()
{
	rm -f adopt.db
	[ "$1" = sqlite ] || psql -qX -d postgres -v ON_ERROR_STOP=1 \
		-c 'drop database if exists adopt' -c 'create database adopt'
}

# keep TOOL ENGINE VERSION TABLE: keeps the ledger; of PostgreSQL's, TABLE is
# what pg_dump takes for its option.
keep()
{
	{
		echo "-- The ledger of $1 $3, made by it."
		if [ "$2" = postgresql ]; then
			pg_dump --inserts --no-owner --no-privileges "$4" -d adopt |
				sed -E '/^(--|SET|COMMENT|SELECT pg_catalog.set_config|\\|$)/d'
		else
			sqlite3 adopt.db ".dump $4" | grep -vE '^(PRAGMA|BEGIN|COMMIT)'
		fi
	} >"$here/$1.$2.sql"
}

# pack TOOL FILE ...: keeps the files that dbmigrate_load() reads.
pack()
{
	local tool=$1

	shift
	node -e 'const fs = require("fs"), files = {};
		for (const name of process.argv.slice(1)) files[name.replace(/^(m|p|migrations\/committed)\//, "")] = fs.readFileSync(name, "utf8");
		console.log(JSON.stringify(files, null, "\t"));' "$@" >"$here/$tool.json"
}

# word N: a name for the number.
word()
{
	sed -n "$1p" <<<$'one\ntwo\nthree'
}

# version PACKAGE: of a package of npm.
version()
{
	node -p "require('$NODE_PATH/$1/package.json').version"
}

make_dbmate()
{
	local n engine

	for n in 1 2 3; do
		printf -- '-- migrate:up\ncreate table %s (id integer);\n\n-- migrate:down\ndrop table %s;\n' \
			"$(word $n)" "$(word $n)" | file "m/2024010100000${n}_$(word $n).sql"
	done
	pack dbmate m/*
	rm m/*3_*
	for engine in postgresql sqlite; do
		fresh $engine
		if [ $engine = sqlite ]; then
			dbmate --url sqlite:adopt.db -d m --no-dump-schema up
			keep dbmate $engine "$(version dbmate)" schema_migrations
		else
			dbmate --url "postgres://$PGUSER@/adopt?socket=$PGHOST&sslmode=disable" \
				-d m --no-dump-schema up
			keep dbmate $engine "$(version dbmate)" --table=schema_migrations
		fi
	done
}

make_node-pg-migrate()
{
	local n

	for n in 1 2 3; do
		printf -- '-- Up Migration\ncreate table %s (id integer);\n\n-- Down Migration\ndrop table %s;\n' \
			"$(word $n)" "$(word $n)" | file "m/170406720000${n}_$(word $n).sql"
	done
	pack node-pg-migrate m/*
	rm m/*3_*
	fresh postgresql
	DATABASE_URL=$url node-pg-migrate up -m m
	keep node-pg-migrate postgresql "$(version node-pg-migrate)" --table=pgmigrations
}

make_graphile-migrate()
{
	file commit.js <<-'END'
		const { calculateHash } = require("graphile-migrate/dist/hash"), fs = require("fs");
		let previous = null;
		fs.mkdirSync("m/committed", { recursive: true });
		["one", "two", "three"].forEach((name, i) => {
			const body = `create table ${name} (id integer);`, hash = calculateHash(body, previous);
			fs.writeFileSync(`m/committed/00000${i + 1}.sql`,
				`--! Previous: ${previous || "-"}\n--! Hash: ${hash}\n\n${body}\n`);
			previous = hash;
		});
	END
	node commit.js
	mv m migrations
	pack graphile-migrate migrations/committed/*
	rm migrations/committed/*3.sql
	echo '{}' >.gmrc
	fresh postgresql
	DATABASE_URL=$url graphile-migrate migrate
	keep graphile-migrate postgresql "$(version graphile-migrate)" --schema=graphile_migrate
}

make_knex()
{
	local n

	for n in 1 2 3; do
		echo "create table $(word $n) (id integer);" | file "m/2024010100000${n}_$(word $n).sql"
	done
	pack knex m/*
	for n in 1 2; do
		printf 'exports.up = (knex) => knex.raw("create table %s (id integer)");\nexports.down = () => {};\n' \
			"$(word $n)" | file "migrations/2024010100000${n}_$(word $n).js"
	done
	fresh postgresql
	knex migrate:latest --client pg --connection "$url" --migrations-directory migrations
	keep knex postgresql "$(version knex)" '--table=knex_migrations'
	fresh sqlite
	knex migrate:latest --client better-sqlite3 --connection adopt.db --migrations-directory migrations
	keep knex sqlite "$(version knex)" knex_migrations
}

make_db-migrate()
{
	local n engine

	for n in 1 2 3; do
		echo "create table $(word $n) (id integer);" | file "m/2024010100000${n}_$(word $n).sql"
	done
	pack db-migrate m/*
	for n in 1 2; do
		printf 'exports.setup = () => {};\nexports.up = (db) => db.runSql("create table %s (id integer)");\nexports.down = () => null;\nexports._meta = { version: 1 };\n' \
			"$(word $n)" | file "migrations/2024010100000${n}-$(word $n).js"
	done
	echo "{\"postgresql\": {\"driver\": \"pg\", \"host\": \"$PGHOST\", \"user\": \"$PGUSER\", \"database\": \"adopt\"},
		\"sqlite\": {\"driver\": \"sqlite3\", \"filename\": \"adopt.db\"}}" >database.json
	ln -s "$NODE_PATH" node_modules
	for engine in postgresql sqlite; do
		fresh $engine
		db-migrate up -e $engine
		keep db-migrate $engine "$(version db-migrate)" \
			"$([ $engine = sqlite ] || echo --table=)migrations"
	done
}

make_sqitch()
{
	local n engine

	export SQITCH_FULLNAME=Ann SQITCH_EMAIL=ann@example.org
	for engine in pg sqlite; do
		rm -rf m && mkdir m
		(cd m && sqitch --quiet init shop --engine $engine)
		for n in 1 2 3; do
			(cd m && sqitch --quiet add "$(word $n)" -n "$(word $n)")
			printf 'begin;\ncreate table %s (id integer);\ncommit;\n' "$(word $n)" >"m/deploy/$(word $n).sql"
			printf 'begin;\ndrop table %s;\ncommit;\n' "$(word $n)" >"m/revert/$(word $n).sql"
		done
		(cd m && pack_project sqitch)
		fresh postgresql
		if [ $engine = pg ]; then
			(cd m && sqitch --quiet deploy --to two --no-verify "db:pg://$PGUSER@/adopt")
			keep sqitch postgresql "$(sqitch --version | sed 's/.* v//')" --schema=sqitch
		else
			(cd m && sqitch --quiet deploy --to two --no-verify db:sqlite:../adopt.db)
			rm adopt.db
			mv sqitch.db adopt.db
			keep sqitch sqlite "$(sqitch --version | sed 's/.* v//')" changes
		fi
	done
}

# pack_project TOOL: keeps the plan and the scripts.
pack_project()
{
	pack "$1" sqitch.plan deploy/* revert/*
}

make_alembic()
{
	local engine target

	for engine in postgresql sqlite; do
		rm -rf m alembic.ini
		alembic init m
		fresh $engine
		target=sqlite:///adopt.db
		[ $engine = sqlite ] || target="postgresql:///adopt?host=$PGHOST\\&user=$PGUSER"
		sed -i "s|^sqlalchemy.url.*|sqlalchemy.url = $target|" alembic.ini
		alembic revision --rev-id 1975ea83b712 -m one
		alembic revision --rev-id ae1027a6acf0 -m two
		alembic upgrade head
		keep alembic $engine "$(alembic --version | sed 's/.* //')" \
			"$([ $engine = sqlite ] || echo --table=)alembic_version"
	done
}

make_django()
{
	local engine

	mkdir shop
	touch shop/__init__.py
	file run.py <<-'END'
		import os, sys, django
		from django.conf import settings
		from django.core.management import call_command
		sqlite = {"ENGINE": "django.db.backends.sqlite3", "NAME": "adopt.db"}
		pg = {"ENGINE": "django.db.backends.postgresql", "NAME": "adopt",
			"USER": os.environ["PGUSER"], "HOST": os.environ["PGHOST"]}
		settings.configure(INSTALLED_APPS=["django.contrib.contenttypes"],
			DATABASES={"default": sqlite if sys.argv[1] == "sqlite" else pg})
		django.setup()
		call_command("migrate", verbosity=0)
	END
	for engine in postgresql sqlite; do
		fresh $engine
		/usr/bin/python3 run.py $engine
		keep django $engine "$(/usr/bin/python3 -m django --version)" \
			"$([ $engine = sqlite ] || echo --table=)django_migrations"
	done
}

make_rails()
{
	local n engine

	for n in 1 2 3; do
		echo "create table $(word $n) (id integer);" | file "p/2024010100000${n}_$(word $n).sql"
		printf 'class %s < ActiveRecord::Migration[6.1]\n  def change\n    create_table :%s\n  end\nend\n' \
			"$(word $n | sed 's/./\U&/')" "$(word $n)" | file "m/2024010100000${n}_$(word $n).rb"
	done
	pack rails p/*
	rm m/*3_*
	file run.rb <<-'END'
		require "active_record"
		ActiveRecord::Base.establish_connection(ARGV[0] == "sqlite" ?
			{ adapter: "sqlite3", database: "adopt.db" } :
			{ adapter: "postgresql", database: "adopt", host: ENV["PGHOST"], username: ENV["PGUSER"] })
		ActiveRecord::MigrationContext.new("m", ActiveRecord::SchemaMigration).migrate
	END
	for engine in postgresql sqlite; do
		fresh $engine
		ruby run.rb $engine
		if [ $engine = sqlite ]; then
			keep rails $engine "$(rails_version)" 'schema_migrations ar_internal_metadata'
		else
			keep rails $engine "$(rails_version)" '--table=(schema_migrations|ar_internal_metadata)'
		fi
	done
}

# The version of ActiveRecord.
rails_version()
{
	ruby -e 'require "active_record"; puts ActiveRecord.version'
}

[ $# -gt 0 ] || set -- dbmate node-pg-migrate graphile-migrate knex db-migrate sqitch alembic django rails
for tool in "$@"; do
	mkdir "$work/$tool"
	cd "$work/$tool"
	"make_$tool"
	cd "$here"
done
