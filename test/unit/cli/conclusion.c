/*
 * conclusion.c
 *	  Last lines of verbs: what the sentences name is declared, and what their
 *	  parts become.
 */
#include "test/unit/fake/host.h"

#include <stdlib.h>
#include <string.h>

#include "cli/conclusion.h"
#include "common/core/inner_call.h"

/* The member at the first length bytes of a path; NULL if none is declared. */
static const dbc_member *
find_member(const dbc_member *members, const char *path, size_t length)
{
	size_t first = strcspn(path, ".");

	first = first < length ? first : length;
	for (; members && members->name; members++)
	{
		if (strlen(members->name) != first ||
			memcmp(members->name, path, first) != 0)
			continue;
		return first == length ? members
							   : find_member(members->members, path + first + 1,
											 length - first - 1);
	}
	return NULL;
}

/* Fails if a sentence names what is not declared; reads up to its end, or that
 * of its part. */
static const char *
check_text(const char *function, const dbc_member *members, const char *at)
{
	while (*at && *at != ']')
	{
		bool names = *at == '{' || (*at == '[' && strchr("?!*", at[1]));
		const char *name = at + 1 + (*at == '[');
		size_t length = strcspn(name, "#!}:=");
		const dbc_member *member;

		if (*at++ != '[' && !names)
			continue;
		member = names ? find_member(members, name, length) : NULL;
		if (names && !member)
			fail_msg("%s() has no member %.*s", function, (int) length, name);
		if (at[-1] == '[')
			at = check_text(function,
							names && *at == '*' ? member->members : members,
							names ? strchr(at, ':') : at);
	}
	return at + (*at == ']');
}

static void
check(const char *function, const char *shown, const char *text)
{
	const dbc_function *fn = dbc_find_function(function);

	if (!fn || fn->result != DBC_T_JSON)
		fail_msg("%s() returns no document", function);
	while (*shown)
	{
		size_t length = strcspn(shown, " ");

		if (!find_member(fn->members, shown, length))
			fail_msg("%s() has no member %.*s", function, (int) length, shown);
		shown += length + (shown[length] != '\0');
	}
	if (*check_text(function, fn->members, text))
		fail_msg("the sentence of %s() has a bracket too many", function);
}

static void
members_are_declared(void **state)
{
	(void) state;
#define CLI_CONCLUSION(function, shown, text) check(#function, shown, text);
#define CLI_LISTED(function, noun) \
	assert_int_equal(dbc_find_function(#function)->result, DBC_T_ROWS);
#define CLI_COMPARED CLI_LISTED
#include "cli/conclusions.def"
}

/* The sentence that a text becomes. */
static void
becomes(const char *text, const char *wanted)
{
	static const char json[] =
		"{\"none\": 0, \"one\": 1, \"many\": 1234, \"list\": [\"a\", \"b\"], "
		"\"empty\": [], \"nothing\": null, \"yes\": true, \"no\": false, "
		"\"word\": \"stop\", \"ms\": 1234, \"bytes\": 11744051, "
		"\"real\": 0.384615384615385, \"in\": {\"deep\": \"x\"}, "
		"\"rows\": [{\"n\": 1, \"at\": \"a\"}, {\"n\": 0, \"at\": \"b\"}], "
		"\"evil\": \"a\\u001b[2J\\nb\", "
		"\"hint\": \"Call dbmigrate_deploy().\"}";
	cli_text out = {0};

	cli_add_sentence(&out, text, json);
	assert_string_equal(out.data, wanted);
	cli_text_free(&out);
}

static void
sentences(void **state)
{
	(void) state;
	becomes("{none#row}, {one#row}, {many#row}, {list#entry}, {empty#policy}",
			"no rows, 1 row, 1234 rows, 2 entries, no policies\n");
	becomes("{nothing#batch} {many#batch} {many#day} {none#} {list#}",
			"no batches 1234 batches 1234 days 0 2\n");
	becomes("{list} {word} {in.deep} {real!number}", "a, b stop x 0.385\n");
	becomes("{ms!ms} {bytes!bytes} {one!bytes} {hint!said}",
			"1.2 s 11.2 MB 1 byte Call dbcare deploy.\n");
	becomes("a[, {none} b][, {one} c][, {nothing} d][, {empty} e][, {list} f]",
			"a, 1 c, a, b f\n");
	becomes("[?yes: a][?no: b][!yes: c][!no: d][?none: e][!nothing: f]",
			"adf\n");
	becomes("[?word=stop: a][?word=go: b][?no=false: c][?nothing=: d]",
			"acd\n");
	becomes("[?yes: a[, {none} b][, {one} c]] d", "a, 1 c d\n");
	becomes("[*rows: <[{n} ]{at}>] [*empty: <{at}>]end", "<1 a><b> end\n");
	/* what a database says moves no cursor and begins no line */
	becomes("{evil}", "a\\x1b[2J\\nb\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_declared),
		cmocka_unit_test(sentences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
