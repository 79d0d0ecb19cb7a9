/*
 * serve.c
 *	  Who may ask the verb serve, and what paths lead to.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/serve.h"

static char name[] = "shop.example";
static char *const names[] = {name, NULL};

static void
hosts_are_address_and_names(void **state)
{
	static const struct
	{
		const char *address;
		const char *host;
		bool served;
	} tries[] = {
		{"127.0.0.1", "127.0.0.1", true},
		{"127.0.0.1", "127.0.0.1:8383", true},
		{"127.0.0.1", "LocalHost:1", true},
		{"127.0.0.1", "SHOP.example", true},
		{"127.0.0.1", "127.0.0.2", false},
		{"127.0.0.1", "127.1", false},
		{"127.0.0.1", "evil.example", false},
		{"127.0.0.1", "shop.example.evil", false},
		{"127.0.0.1", "localhost.", false},
		{"127.0.0.1", "localhost:80:80", false},
		{"127.0.0.1", "localhost:", true},
		{"127.0.0.1", "user@localhost", false},
		{"127.0.0.1", "", false},
		{"127.0.0.1", ":80", false},
		{"127.0.0.1", NULL, false},
		{"127.0.0.1", "[::ffff:127.0.0.1]", true},
		{"::1", "[::1]:8383", true},
		{"::1", "[0:0::1]", true},
		{"::1", "localhost", true},
		{"::1", "[::1", false},
		{"::1", "[::1]x", false},
		{"::1", "[]", false},
		{"0.0.0.0", "192.0.2.1", true},
		{"::", "[2001:db8::1]:80", true},
		{"0.0.0.0", "localhost", false},
		{"0.0.0.0", "evil.example", false},
		{"192.0.2.1", "192.0.2.1:443", true},
		{"192.0.2.1", "127.0.0.1", false},
	};
	char longest[400];

	(void) state;
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++)
	{
		cli_guard guard = {.address = tries[i].address, .hosts = names};

		if (cli_is_served_host(&guard, tries[i].host) != tries[i].served)
			fail_msg("%s at %s", tries[i].host, tries[i].address);
	}
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_false(cli_is_served_host(
		&(cli_guard){.address = "127.0.0.1", .hosts = names}, longest));
}

static void
loopback_is_this_machine_alone(void **state)
{
	(void) state;
	assert_true(cli_is_loopback("127.0.0.1"));
	assert_true(cli_is_loopback("127.9.9.9"));
	assert_true(cli_is_loopback("::1"));
	assert_true(cli_is_loopback("::ffff:127.0.0.1"));
	assert_false(cli_is_loopback("0.0.0.0"));
	assert_false(cli_is_loopback("::"));
	assert_false(cli_is_loopback("128.0.0.1"));
	assert_false(cli_is_loopback("localhost"));
	assert_false(cli_is_loopback(""));
}

static void
only_the_token_is_the_token(void **state)
{
	const cli_guard guard = {.token = "0123456789abcdef0123456789abcdef"};
	const cli_guard open = {0};

	(void) state;
	assert_true(
		cli_has_token(&guard, "Bearer 0123456789abcdef0123456789abcdef"));
	assert_true(
		cli_has_token(&guard, "bearer  0123456789abcdef0123456789abcdef"));
	assert_false(
		cli_has_token(&guard, "Bearer 0123456789abcdef0123456789abcdeF"));
	assert_false(
		cli_has_token(&guard, "Bearer 0123456789abcdef0123456789abcdef "));
	assert_false(cli_has_token(&guard, "Bearer"));
	assert_false(cli_has_token(&guard, "Bearer "));
	assert_false(cli_has_token(&guard, "0123456789abcdef0123456789abcdef"));
	assert_false(cli_has_token(&guard, ""));
	assert_false(cli_has_token(&guard, NULL));
	assert_true(cli_has_token(&open, NULL));
}

static void
wrong_tokens_make_it_slower(void **state)
{
	cli_guard guard = {0};
	double before = 0;

	(void) state;
	for (int i = 0; i < 100; i++)
	{
		double delay;

		cli_count_failure(&guard, 1000 + i);
		delay = cli_token_delay(&guard);
		assert_true(delay > before || (delay == before && i > 4));
		assert_true(delay <= 8);
		before = delay;
	}
	/* after a minute without one they are forgotten */
	cli_count_failure(&guard, 2000);
	assert_true(cli_token_delay(&guard) < 1);
}

static void
paths_lead_to_routes(void **state)
{
	static char shop[] = "shop";
	static char bar[] = "b-a_r";
	cli_listed databases[] = {{.name = shop}, {.name = bar}};
	const cli_config config = {.count = 2, .databases = databases};
	static const struct
	{
		const char *path;
		cli_route_id route;
		int database;
		int view;
	} tries[] = {
		{"/", CLI_ROUTE_fleet, 0, 0},
		{"/metrics", CLI_ROUTE_metrics, 0, 0},
		{"/db/shop", CLI_ROUTE_database, 0, 0},
		{"/db/b-a_r", CLI_ROUTE_database, 1, 0},
		{"/db/shop/tables", CLI_ROUTE_page, 0, CLI_VIEW_tables},
		{"/api/b-a_r/health", CLI_ROUTE_api, 1, CLI_VIEW_health},
	};
	static const char *const lost[] = {
		"",
		"//",
		"/db",
		"/db/",
		"/db/shop/",
		"/db//tables",
		"/db/sho",
		"/db/shopx",
		"/db/shop/health",
		"/db/shop/tables/",
		"/db/shop/tables/x",
		"/api/shop",
		"/api/shop/",
		"/api/shop/healt",
		"/api/shop/healthx",
		"/Metrics",
		"/metrics/",
		"/db/{database}",
		"metrics",
		"*",
	};
	int database;
	int view;

	(void) state;
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++)
	{
		assert_int_equal(
			cli_find_route(&config, tries[i].path, &database, &view),
			tries[i].route);
		assert_int_equal(database, tries[i].database);
		assert_int_equal(view, tries[i].view);
	}
	for (size_t i = 0; i < sizeof(lost) / sizeof(lost[0]); i++)
		if (cli_find_route(&config, lost[i], &database, &view) != CLI_NROUTES)
			fail_msg("%s is found", lost[i]);
}

static void
a_page_of_a_server_brings_no_script(void **state)
{
	static const char *const pages[] = {
		"",
		"img-src data:; style-src 'sha256-aB0+/='; script-src 'sha256-evil'; "
		"base-uri 'none'",
		"img-src data:; script-src 'unsafe-inline'; connect-src https:; "
		"base-uri 'none'",
		"style-src 'sha256-a' 'unsafe-inline'; script-src 'unsafe-inline'",
		"style-src 'sha256-",
		"style-src 'sha256-a\r\nX-Header: b'",
	};
	char *own = cli_page_policy();
	const char *script = strstr(own, "script-src 'sha256-");

	(void) state;
	assert_non_null(script);
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
	{
		char *policy = cli_report_policy(pages[i]);
		const char *at = strstr(policy, "script-src");

		assert_non_null(at);
		assert_string_equal(at, script);
		assert_null(strstr(policy, "unsafe"));
		assert_null(strstr(policy, "connect"));
		assert_null(strchr(policy, '\n'));
		assert_true((strstr(policy, "'sha256-aB0+/='") != NULL) == (i == 1));
		free(policy);
	}
	free(own);
}

static void
no_database_spoils_the_metrics_of_others(void **state)
{
	static char evil[] = "evil";
	static char shop[] = "shop";
	cli_listed databases[] = {{.name = evil}, {.name = shop}};
	const cli_config config = {.count = 2, .databases = databases};
	const char *const texts[] = {
		"# TYPE up nonsense\n# TYPE up gauge\n# HELP up Whether.\n# UNIT up s\n"
		"up{name=\"shop\"} 0\nup{a=\"b\",name=\"shop\"} 0\nup{a=\"b} 0\n"
		"up{a=\"\\x\"} 0\nup{a=\"b\"}\nup 1 2\nup one\nup  1\n1up 1\n\n{} 1\n"
		"# EOF\nup{a=\"\\\"}\\n, \\\\\",b=\"\"} 1.5e3\nup 1",
		"# TYPE up gauge\nup 2\n# UNIT a_second second\n# UNIT a s\n"
		"other{a=\"b\"} NaN\na_second 1\n# EOF\n"};
	cli_text text = {0};
	cli_text many = {0};
	const char *more[] = {NULL, texts[1]};

	(void) state;
	cli_add_metrics(&config, texts, &text);
	assert_string_equal(
		text.data,
		"# TYPE up gauge\n# HELP up Whether.\n"
		"up{name=\"evil\",a=\"\\\"}\\n, \\\\\",b=\"\"} 1.5e3\n"
		"up{name=\"shop\"} 2\n# UNIT a_second second\na_second{name=\"shop\"} "
		"1\nother{name=\"shop\",a=\"b\"} NaN\n# EOF\n");
	cli_text_free(&text);
	for (int i = 0; i < 5000; i++)
		cli_addf(&many, "m%d 1\n", i);
	more[0] = many.data;
	cli_add_metrics(&config, more, &text);
	assert_non_null(strstr(text.data, "\nm999{name=\"evil\"} 1\n"));
	assert_null(strstr(text.data, "\nm1000{"));
	cli_text_free(&text);
	cli_text_free(&many);
	/* one that does not answer comes first */
	more[0] = NULL;
	more[1] = "# TYPE dbhealth_up gauge\ndbhealth_up 1\n";
	cli_add_metrics(&config, more, &text);
	assert_string_equal(text.data,
						"# TYPE dbhealth_up gauge\n"
						"# HELP dbhealth_up 1 if the database has answered.\n"
						"dbhealth_up{name=\"evil\",engine=\"postgresql\"} 0\n"
						"dbhealth_up{name=\"shop\"} 1\n# EOF\n");
	cli_text_free(&text);
}

static void
text_is_no_markup(void **state)
{
	cli_text page = {0};

	(void) state;
	cli_add_html(&page,
				 "<a b=\"c\" d='e'>&\x01\x1b\x7f\xff\xc2\x85\t\n\xc3\xa9");
	assert_string_equal(
		page.data,
		"&#60;a b=&#34;c&#34; d=&#39;e&#39;&#62;&#38;"
		"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"
		"\t\n\xc3\xa9");
	cli_text_free(&page);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts_are_address_and_names),
		cmocka_unit_test(loopback_is_this_machine_alone),
		cmocka_unit_test(only_the_token_is_the_token),
		cmocka_unit_test(wrong_tokens_make_it_slower),
		cmocka_unit_test(paths_lead_to_routes),
		cmocka_unit_test(a_page_of_a_server_brings_no_script),
		cmocka_unit_test(no_database_spoils_the_metrics_of_others),
		cmocka_unit_test(text_is_no_markup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
