/*
 * html.c
 *	  dbhealth_html(): what is on the page, that it is never markup, and that
 *	  there is never too much of it.
 */
#include "test/unit/fake/health.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/tables.h"
#include "common/health/html.h"

#define MANY 8000

/* The page. */
static const char *
page(fake_host *fake)
{
	if (!fake_call(fake, "dbhealth_html", 0))
		fail_msg("%s", fake->error.message);
	assert_int_equal(fake->nrows, 1);
	return fake_text(fake, 0, 0);
}

/* A host that can answer what the page asks besides the checks. */
static fake_host *
fake_page(void)
{
	fake_host *fake = fake_healthy(DBC_ON_POSTGRESQL);

	fake_rows(fake, "health/tables", 12, 0);
	fake_rows(fake, "health/indexes", 12, 0);
	fake_rows(fake, "health/connections", 7, 0);
	return fake;
}

/* Fails unless the page has a part. */
static void
expect_part(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("%s is not on the page", part);
}

/* Fails if it has one. */
static void
expect_no(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("%s is on the page", part);
}

/* How often a part is on the page. */
static int
occurrences(const char *text, const char *part)
{
	int count = 0;

	while ((text = strstr(text, part)) != NULL)
	{
		text += strlen(part);
		count++;
	}
	return count;
}

static void
markup_is_escaped(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	const char *volatile nothing = NULL; /* which no compiler foresees */
	dbc_buffer buffer;

	(void) state;
	dbc_buffer_init(&buffer, &fake->base);
	dbc_health_append_markup(&buffer, "<p title=\"%s\">%d %lld</p>%s",
							 "<a&b'c\"d>\x01\te", 7, 8LL, nothing);
	/* U+0085 and U+FFFE; U+00A0 and U+FF9E */
	dbc_health_append_markup(&buffer, "%s",
							 "\xC2\x85\xEF\xBF\xBE\xC2\xA0\xEF\xBE\x9E");
	assert_string_equal(buffer.data,
						"<p title=\"&lt;a&amp;b&#39;c&quot;d&gt;\xEF\xBF\xBD\t"
						"e\">7 8</p>"
						"\xEF\xBF\xBD\xEF\xBF\xBD\xC2\xA0\xEF\xBE\x9E");
	fake_free(fake);
}

static void
numbers_have_few_decimals(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	dbc_host *host = &fake->base;

	(void) state;
	assert_string_equal(dbc_health_decimals_text(host, -0.04, 1), "0");
	fake_free(fake);
}

static void
policy_allows_by_hash(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);

	(void) state;
	/* as openssl dgst -sha256 -binary | base64 has it */
	assert_string_equal(dbc_health_policy_hash(&fake->base, ""),
						"sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
	fake_free(fake);
}

static void
healthy_page(void **state)
{
	static const char *const parts[] = {
		"<title>shop: healthy, 100 of 100</title>",
		"<h1>shop</h1>",
		"<dd>PostgreSQL 15.18</dd>",
		"<dd>8 kB</dd>",
		"<p>No action is needed.</p>",
		("<p>This database is not monitored; dbmonitor_start() starts "
		 "monitoring.</p>"),
		"<p>No check has a finding.</p>",
		"<p>There are no tables.</p>",
		"<p>There are no indexes.</p>",
		"<p>There are no sessions.</p>",
		"<p>No migration has been applied.</p>"};
	fake_host *fake = fake_page();
	const char *text = page(fake);
	size_t i;

	(void) state;
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		expect_part(text, parts[i]);
	assert_true(dbc_ends_with(text, "</html>"));
	fake_free(fake);
}

static void
findings_are_grouped(void **state)
{
	fake_host *fake = fake_page();
	const char *text;

	(void) state;
	fake_finds(fake, "invalid_indexes", "critical", 1);
	fake_finds(fake, "duplicate_indexes", "info", 1);
	fake_fails(fake, "health/disk_free", "42501", "denied");
	text = page(fake);
	expect_part(text, "<caption>integrity</caption>");
	expect_part(text, "<caption>performance</caption>");
	expect_part(text, "<p class=\"hint\">denied</p>");
	expect_no(text, "<caption>security</caption>");
	expect_part(text, "<code>FIX IT;</code>");
	expect_part(text, "<title>shop: warning, 79 of 100</title>");
	fake_free(fake);
}

static void
thousands_of_findings_are_bounded(void **state)
{
	fake_host *fake = fake_page();
	dbc_value *cells = calloc(MANY * 8, sizeof(*cells));
	const char *text;
	int i;

	(void) state;
	assert_non_null(cells);
	for (i = 0; i < MANY; i++)
	{
		cells[i * 8] = dbc_text("info");
		cells[i * 8 + 1] = dbc_text("t");
		cells[i * 8 + 2] = dbc_real(i);
	}
	fake_table(fake, "health/duplicate_indexes", NULL, 8, MANY, cells);
	text = page(fake);
	assert_int_equal(occurrences(text, "<tr><td data-value="), 1);
	expect_part(text, "<p class=\"hint\">and 19 more</p>");
	expect_part(text, "<summary>19 more like this</summary>");
	expect_part(text, "<p class=\"rest\">And 7,980 more duplicate_indexes "
					  "findings: ");
	assert_true(strlen(text) < 60 * 1024);
	free(cells);
	fake_free(fake);
}

static void
nothing_becomes_markup(void **state)
{
	static const char planted[] = "<script>alert(1)</script>";
	static const dbc_sample_statement_stats seen[] = {
		{.fingerprint = "f",
		 .query = "select '<script>alert(2)</script>'",
		 .calls = 2,
		 .total_ms = 900}};
	fake_host *fake = fake_page();
	dbc_value text = dbc_text(planted);
	const char *html;

	(void) state;
	fake->seen = seen;
	fake->nseen = 1;
	fake_rows(fake, "core/ping", 4, 1, text, text, dbc_bool(false), dbc_null());
	fake_rows(fake, "health/tables", 12, 1, text, dbc_int(1), dbc_int(1),
			  dbc_int(1), dbc_int(1), dbc_null(), dbc_null(), dbc_int(1),
			  dbc_null(), dbc_null(), dbc_null(), dbc_null());
	fake_rows(fake, "health/duplicate_indexes", 8, 1, dbc_text("info"), text,
			  dbc_real(1), text, text, dbc_null(), dbc_null(), dbc_null());
	fake_rows(fake, "core/tables_state", 2, 1, dbc_bool(true), dbc_bool(true));
	fake_rows(fake, "core/tables_version", 1, 1, dbc_int(1));
	fake_rows(fake, "core/settings", 2, 0);
	fake_rows(fake, "sample/alerts", 12, 1, dbc_int(1), text,
			  dbc_text("critical"), text, dbc_null(), dbc_null(), text, text,
			  text, text, text, dbc_null());
	fake_rows(fake, "sample/samples", 4, 0);
	fake_rows(fake, "sample/monitor", 5, 0);
	fake_fails(fake, "ledger/list", "42501", planted);
	html = page(fake);
	/* the page's own, and nothing else */
	assert_int_equal(occurrences(html, "<script"), 1);
	assert_true(occurrences(html, "&lt;script&gt;alert(1)") >= 10);
	assert_int_equal(occurrences(html, "&lt;script&gt;alert(2)"), 1);
	fake_free(fake);
}

static void
unreadable_sections_have_a_reason(void **state)
{
	fake_host *fake = fake_page();

	(void) state;
	fake_fails(fake, "health/tables", "42501", "denied");
	expect_part(page(fake), "<p>This section could not be read: denied.</p>");
	fake_free(fake);
}

static void
long_queries_are_cut(void **state)
{
	static char query[4000];
	dbc_sample_statement_stats seen = {
		.fingerprint = "f", .query = query, .calls = 1};
	fake_host *fake = fake_page();
	const char *text;
	size_t i;

	(void) state;
	seen.total_ms = 5000;
	/* characters of two bytes, shifted by one */
	query[0] = 'x';
	for (i = 1; i + 2 < sizeof(query); i += 2)
		memcpy(&query[i], "\xC3\xA4", 2);
	fake->seen = &seen;
	fake->nseen = 1;
	text = page(fake);
	expect_part(text, "<code>x\xC3\xA4");
	expect_part(text, "\xC3\xA4 ...</code>");
	expect_part(text, ">5,000</td>");
	fake_free(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(markup_is_escaped),
		cmocka_unit_test(numbers_have_few_decimals),
		cmocka_unit_test(policy_allows_by_hash),
		cmocka_unit_test(healthy_page),
		cmocka_unit_test(findings_are_grouped),
		cmocka_unit_test(thousands_of_findings_are_bounded),
		cmocka_unit_test(nothing_becomes_markup),
		cmocka_unit_test(unreadable_sections_have_a_reason),
		cmocka_unit_test(long_queries_are_cut)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
