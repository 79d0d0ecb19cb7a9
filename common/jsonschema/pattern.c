/*
 * pattern.c
 *	  Regular expressions of schemas: PCRE2 in a mode close to ECMAScript, whose
 *	  syntax JSON Schema specifies.
 *
 * Time and memory of a match are limited, so that an expression that backtracks
 * excessively raises an error.  Matching does not depend on the locale.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

#include "common/core/clock.h"
#include "common/jsonschema/keyword.h"

/* SQLSTATE of a match that exceeds its limits. */
#define TOO_MUCH_WORK "54000"

/* The maximum number of backtracking steps of a match, and the maximum memory
 * in KiB. */
#define MAX_STEPS  1000000
#define MAX_MEMORY 8192

/* Prefix of each pattern: calls check_cancel() at each possible start of a
 * match, since the limits apply to each of them and a long string has many. */
#define CALLOUT "(?C)"

/* Positions between two reads of the clock, and microseconds between two checks
 * for a cancel. */
#define PLACES_BETWEEN_LOOKS 100
#define TIME_BETWEEN_POLLS	 100000

/* A running search. */
typedef struct search
{
	dbc_host *host;
	unsigned places;
	int64_t polled_at; /* 0: the clock has not been read */
} search;

/* Memory released by PCRE2; the released bytes follow it. */
typedef struct spare_memory
{
	struct spare_memory *next;
	size_t size;
} spare_memory;

struct dbc_jsonschema_pattern
{
	dbc_host *host; /* owner of the memory */
	spare_memory *spare;
	const dbc_json_item *text;
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *limits;
};

static void *
take_memory(size_t size, void *arg)
{
	dbc_jsonschema_pattern *pattern = arg;
	spare_memory **spare = &pattern->spare;
	spare_memory *memory;

	while (*spare && (*spare)->size < size)
		spare = &(*spare)->next;
	memory = *spare;
	if (memory)
		*spare = memory->next;
	else
	{
		memory = dbc_alloc(pattern->host, sizeof(*memory) + size);
		memory->size = size;
	}
	return memory + 1;
}

/* PCRE2's free().  The arena is only freed as a whole, so the memory is kept
 * for the next match; before 10.41 each match allocates memory. */
static void
leave_memory(void *block, void *arg)
{
	dbc_jsonschema_pattern *pattern = arg;
	spare_memory *memory;

	if (!block)
		return;
	memory = (spare_memory *) block - 1;
	memory->next = pattern->spare;
	pattern->spare = memory;
}

const dbc_jsonschema_pattern *
dbc_jsonschema_compile_pattern(dbc_host *host, const dbc_json_item *text,
							   const char **problem)
{
	const uint32_t options = PCRE2_UTF | PCRE2_ALT_BSUX |
							 PCRE2_ALLOW_EMPTY_CLASS | PCRE2_DOLLAR_ENDONLY |
							 PCRE2_MATCH_UNSET_BACKREF |
							 PCRE2_NEVER_BACKSLASH_C;
	dbc_jsonschema_pattern *pattern = dbc_alloc(host, sizeof(*pattern));
	pcre2_general_context *memory;
	pcre2_compile_context *context;
	size_t before = strlen(CALLOUT);
	char *expression = dbc_alloc(host, before + text->length);
	size_t where;
	int code;

	memcpy(expression, CALLOUT, before);
	memcpy(expression + before, text->text, text->length);
	pattern->host = host;
	memory = pcre2_general_context_create(take_memory, leave_memory, pattern);
	context = pcre2_compile_context_create(memory);
	/* independent of the build options of PCRE2 */
	pcre2_set_newline(context, PCRE2_NEWLINE_ANYCRLF);
	pcre2_set_compile_extra_options(context, PCRE2_EXTRA_ALT_BSUX);
	pattern->text = text;
	pattern->code =
		pcre2_compile((PCRE2_SPTR) expression, before + text->length, options,
					  &code, &where, context);
	if (!pattern->code)
	{
		char *words = dbc_alloc(host, 256);

		pcre2_get_error_message(code, (PCRE2_UCHAR *) words, 256);
		*problem = words;
		return NULL;
	}
	pattern->data = pcre2_match_data_create(1, memory);
	pattern->limits = pcre2_match_context_create(memory);
	pcre2_set_match_limit(pattern->limits, MAX_STEPS);
	pcre2_set_heap_limit(pattern->limits, MAX_MEMORY);
	return pattern;
}

const dbc_jsonschema_pattern *
dbc_jsonschema_read_pattern(dbc_jsonschema_compiler *c,
							const dbc_jsonschema_subschema *schema,
							const char *keyword, const dbc_json_item *text)
{
	const char *problem;
	const dbc_jsonschema_pattern *pattern =
		dbc_jsonschema_compile_pattern(c->host, text, &problem);

	if (!pattern)
		dbc_jsonschema_refuse_keyword(
			c, schema, keyword, "has an invalid regular expression, %s: %s",
			dbc_jsonschema_item_text(c->host, text), problem);
	return pattern;
}

/* Checks for a cancel from time to time. */
static int
check_cancel(pcre2_callout_block *block, void *arg)
{
	search *s = arg;
	int64_t now;

	(void) block;
	if (++s->places % PLACES_BETWEEN_LOOKS != 0)
		return 0;
	now = dbc_microseconds();
	if (s->polled_at > 0 && now - s->polled_at < TIME_BETWEEN_POLLS)
		return 0;
	if (s->polled_at > 0)
		dbc_poll(s->host);
	s->polled_at = now;
	return 0;
}

bool
dbc_jsonschema_match_pattern(dbc_host *host,
							 const dbc_jsonschema_pattern *pattern,
							 const dbc_json_item *string)
{
	search s = {.host = host};
	int found;

	pcre2_set_callout(pattern->limits, check_cancel, &s);
	/* strings are valid UTF-8, unless the engine's encoding is another */
	found =
		pcre2_match(pattern->code, (PCRE2_SPTR) string->text, string->length, 0,
					PCRE2_NO_UTF_CHECK, pattern->data, pattern->limits);
	if (found >= 0)
		return true;
	if (found != PCRE2_ERROR_NOMATCH)
		dbc_fail(host, TOO_MUCH_WORK, NULL, NULL,
				 "regular expression %s takes too %s",
				 dbc_jsonschema_item_text(host, pattern->text),
				 found == PCRE2_ERROR_HEAPLIMIT ? "much memory" : "many steps");
	return false;
}
