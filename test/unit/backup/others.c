/*
 * others.c
 *	  What other tools print about their backups, and what they should not.
 */
#include "test/unit/fake/host.h"

#include <stdio.h>
#include <string.h>

#include "common/backup/others.h"

/* A tool, what it prints, and what is read: names, kinds and problems. */
typedef struct example
{
	const char *tool;
	const char *text;
	const char *expected; /* NAME KIND BYTES STARTED [PROBLEM]; ... */
} example;

static const example *current;
static char result[4000];

static void
parse(dbc_host *host, void *arg)
{
	const dbc_backup_record *records;
	int count;
	const char *problem = dbc_backup_parse_other(
		host, current->tool, current->text, &records, &count);

	(void) arg;
	result[0] = '\0';
	if (problem)
		strncat(result, problem, sizeof(result) - 1);
	for (int i = 0; i < count; i++)
	{
		const dbc_backup_record *r = &records[i];
		char line[3000];

		(void) snprintf(line, sizeof(line), "%s%s %s %lld %s%s%s",
						i > 0 ? "; " : "", r->name, r->backup.kind,
						(long long) dbc_backup_bytes(&r->backup),
						r->backup.started_at ? r->backup.started_at : "-",
						r->problem ? " " : "", r->problem ? r->problem : "");
		strncat(result, line, sizeof(result) - strlen(result) - 1);
	}
}

/* Parses with each length of the text, and as a whole. */
static void
expect(const example *e)
{
	static char cut[8000];
	example shorter = {e->tool, cut, NULL};
	fake_host *whole;

	for (size_t n = 0; n < strlen(e->text); n++)
	{
		fake_host *fake = fake_new(DBC_ON_POSTGRESQL);

		memcpy(cut, e->text, n);
		cut[n] = '\0';
		current = &shorter;
		assert_true(fake_try(fake, parse, NULL));
		assert_non_null(strstr(result, "has not printed JSON"));
		fake_free(fake);
	}
	whole = fake_new(DBC_ON_POSTGRESQL);
	current = e;
	assert_true(fake_try(whole, parse, NULL));
	assert_string_equal(result, e->expected);
	fake_free(whole);
}

/* As pgBackRest 2.45 prints it. */
static void
pgbackrest(void **state)
{
	static const example examples[] = {
		{"pgbackrest",
		 "[{\"backup\":[{\"database\":{\"id\":1,\"repo-key\":1},\"error\":"
		 "false,"
		 "\"info\":{\"delta\":23214171,\"repository\":{\"delta\":3062717,"
		 "\"size\":3062717},\"size\":23214171},\"label\":\"20261123-182244F\","
		 "\"prior\":null,\"timestamp\":{\"start\":1795458164,\"stop\":"
		 "1795458170},\"type\":\"full\"},{\"database\":{\"id\":1},\"error\":"
		 "true,"
		 "\"info\":{\"repository\":{\"delta\":428}},"
		 "\"label\":\"20261123-182244F_20261123-182251D\",\"prior\":"
		 "\"20261123-182244F\",\"timestamp\":{\"start\":1795458171},"
		 "\"type\":\"diff\"}],\"cipher\":\"none\",\"db\":[{\"id\":1,"
		 "\"system-id\":7711434083729065208}],\"name\":\"main\"}]",
		 "main/20261123-182244F base 3062717 2026-11-23T18:22:44.000Z; "
		 "main/20261123-182244F_20261123-182251D incremental 428 "
		 "2026-11-23T18:22:51.000Z pgbackrest found pages with wrong "
		 "checksums"},
		{"pgbackrest", "[]", ""},
		/* values of other kinds, sizes and times that are none */
		{"pgbackrest",
		 "[null,1,\"x\",[],{},{\"name\":7},{\"name\":\"a\\u0007b\",\"backup\":"
		 "[{\"label\":\"x\"}]},{\"name\":\"m\",\"db\":7,\"backup\":{}},"
		 "{\"name\":\"m\",\"db\":[3,{}],\"backup\":[1,{},{\"label\":null},"
		 "{\"label\":\"l\",\"database\":{\"id\":[]},\"info\":{\"repository\":"
		 "{\"delta\":-1e300}},\"timestamp\":{\"start\":1e300}},"
		 "{\"label\":\"k\",\"info\":[],\"timestamp\":{\"start\":\"x\"}}]}]",
		 "m/l base 0 - its time is unknown; m/k base 0 - its time is unknown"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
		expect(&examples[i]);
}

/* As Barman 3.4 prints it. */
static void
barman(void **state)
{
	static const example examples[] = {
		{"barman",
		 "{\"main\": [{\"backup_id\": \"20261123T182839\", \"end_time\": \"Mon "
		 "Nov 23 18:28:47 2026\", \"end_time_timestamp\": \"1795458527\", "
		 "\"size_bytes\": 40137422, \"status\": \"DONE\", \"wal_size_bytes\": "
		 "5}, {\"backup_id\": \"20261123T182030\", \"status\": \"FAILED\"}]}",
		 "main/20261123T182839 base 40137427 2026-11-23T18:28:47.000Z; "
		 "main/20261123T182030 base 0 - its status is FAILED"},
		{"barman",
		 "{\"_INFO\": [{\"backup_id\": \"1\"}], \"a\": 1, \"b\": [[], {}, "
		 "{\"backup_id\": \"x\", \"end_time_timestamp\": \"9999999999999999\", "
		 "\"status\": \"DONE\"}], \"c\": {\"d\": []}}",
		 "b/x base 0 - its time is unknown"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
		expect(&examples[i]);
}

/* As the manual of WAL-G shows it. */
static void
wal_g(void **state)
{
	static const example examples[] = {
		{"wal-g",
		 "[{\"backup_name\":\"base_000000010000000000000004\",\"time\":"
		 "\"2026-11-23T18:00:01Z\",\"start_time\":\"2026-11-23T18:00:00.5Z\","
		 "\"finish_time\":\"2026-11-23T18:00:01Z\",\"system_identifier\":"
		 "7711434083729065208,\"uncompressed_size\":100,\"compressed_size\":"
		 "40},{\"backup_name\":\"base_06_D_04\",\"time\":\"2026-11-24T18:00:01"
		 "Z\"},{\"backup_name\":\"base_07\",\"time\":\"yesterday\"}]",
		 "base_000000010000000000000004 base 40 2026-11-23T18:00:00.500Z; "
		 "base_06_D_04 incremental 0 2026-11-24T18:00:01.000Z; base_07 base 0 "
		 "- its time is unknown"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
		expect(&examples[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pgbackrest),
		cmocka_unit_test(barman),
		cmocka_unit_test(wal_g),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
