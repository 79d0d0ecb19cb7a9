/*
 * validate.c
 *	  Validating a document against a compiled schema.
 *
 * Two cases would never end and raise an error instead: a schema that refers
 * to itself for the same value, and schemas whose references to each other
 * double the work at every step.  Recursion is limited, too.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/sort.h"
#include "common/jsonschema/keyword.h"

/* SQLSTATE of a validation that would not end. */
#define TOO_MUCH_WORK "54000"

/* The maximum number of steps per value, on average, and a minimum that is
 * always allowed. */
#define STEPS_PER_VALUE 16.0
#define STEPS_ANYWAY	1e6

/* Up to this number of steps of a pointer no memory is allocated. */
#define FEW_STEPS 64

/* The maximum number of keyword names cached. */
#define KEPT_NAMES 64

/* Steps between two checks for a cancel. */
#define STEPS_BETWEEN_POLLS 1000

/* ---- violations ---- */

/* Appends a key as a token of a JSON pointer. */
static void
append_key(dbc_buffer *buffer, const dbc_json_item *key)
{
	for (uint32_t i = 0; i < key->length; i++)
		switch (key->text[i])
		{
			case '~':
				dbc_append(buffer, "~0");
				break;
			case '/':
				dbc_append(buffer, "~1");
				break;
			case '\0':
				dbc_append(buffer, "\\u0000");
				break;
			default:
				dbc_append_bytes(buffer, key->text + i, 1);
		}
}

/* Replaces the contents of a buffer by the JSON pointer to a location. */
static void
write_pointer(dbc_buffer *buffer, const dbc_jsonschema_location *at)
{
	const dbc_jsonschema_location *few[FEW_STEPS];
	const dbc_jsonschema_location **steps = few;
	const dbc_jsonschema_location *place;
	size_t nsteps = 0;
	char index[16];
	size_t i;

	for (place = at; place->outer; place = place->outer)
		nsteps++;
	if (nsteps > FEW_STEPS)
		steps = dbc_alloc(buffer->host, nsteps * sizeof(*steps));
	for (place = at, i = nsteps; i > 0; place = place->outer)
		steps[--i] = place;
	buffer->length = 0;
	buffer->data[0] = '\0';
	for (i = 0; i < nsteps; i++)
	{
		dbc_append(buffer, "/");
		if (steps[i]->key)
			append_key(buffer, steps[i]->key);
		else
		{
			(void) snprintf(index, sizeof(index), "%u", steps[i]->index);
			dbc_append(buffer, index);
		}
	}
}

const char *
dbc_jsonschema_pointer(dbc_host *host, const dbc_jsonschema_location *at)
{
	dbc_buffer buffer;

	dbc_buffer_init(&buffer, host);
	write_pointer(&buffer, at);
	return buffer.data;
}

/* The name of a keyword of a schema, which may be NULL; cached for repeated
 * violations. */
static const char *
keyword_name(dbc_jsonschema_validation *v,
			 const dbc_jsonschema_subschema *schema, const char *keyword)
{
	size_t place = ((uintptr_t) schema / 16 + (uintptr_t) keyword) % KEPT_NAMES;
	dbc_jsonschema_keyword_name *name = &v->names[place];

	if (name->schema != schema || name->keyword != keyword)
	{
		write_pointer(&v->text, schema->place);
		if (keyword)
		{
			dbc_append(&v->text, "/");
			dbc_append(&v->text, keyword);
		}
		name->schema = schema;
		name->keyword = keyword;
		name->text = dbc_copy(v->host, v->text.data, v->text.length);
	}
	return name->text;
}

static dbc_jsonschema_violation *
add_violation(dbc_jsonschema_validation *v)
{
	if (v->nviolations == v->room)
	{
		size_t room = v->room ? 2 * v->room : 16;
		dbc_jsonschema_violation *larger =
			dbc_alloc(v->host, room * sizeof(*larger));

		if (v->nviolations > 0)
			memcpy(larger, v->violations, v->nviolations * sizeof(*larger));
		v->violations = larger;
		v->room = room;
	}
	return &v->violations[v->nviolations++];
}

bool
dbc_jsonschema_report(dbc_jsonschema_validation *v,
					  const dbc_jsonschema_subschema *schema,
					  const char *keyword, const dbc_jsonschema_location *at,
					  const char *format, ...)
{
	dbc_jsonschema_violation *violation = add_violation(v);
	va_list args;

	write_pointer(&v->text, at);
	violation->path = dbc_copy(v->host, v->text.data, v->text.length);
	violation->keyword = keyword_name(v, schema, keyword);
	va_start(args, format);
	violation->message = dbc_vformat(v->host, format, args);
	va_end(args);
	return false;
}

/* For qsort(): violations. */
static int
compare_violations(const void *left, const void *right)
{
	const dbc_jsonschema_violation *a = left;
	const dbc_jsonschema_violation *b = right;
	int order = strcmp(a->path, b->path);

	if (order == 0)
		order = strcmp(a->keyword, b->keyword);
	return order != 0 ? order : strcmp(a->message, b->message);
}

/* ---- tracking evaluated parts of a value ---- */

/* The size class of so many flags: 8 << class. */
static int
flag_size(size_t count)
{
	int size = 0;

	while (((size_t) 8 << size) < count)
		size++;
	return size;
}

char *
dbc_jsonschema_take_flags(dbc_jsonschema_validation *v, size_t count)
{
	int size = flag_size(count);
	dbc_jsonschema_spare_flags *spare = v->spare[size];

	if (!spare)
		return dbc_alloc(v->host, (size_t) 8 << size);
	v->spare[size] = spare->next;
	return memset(spare, 0, (size_t) 8 << size);
}

void
dbc_jsonschema_return_flags(dbc_jsonschema_validation *v, char *flags,
							size_t count)
{
	int size = flag_size(count);
	dbc_jsonschema_spare_flags *spare = (void *) flags;

	spare->next = v->spare[size];
	v->spare[size] = spare;
}

/* A copy of a location with a separate list of evaluated parts. */
static dbc_jsonschema_location
with_evaluated(dbc_jsonschema_validation *v, const dbc_jsonschema_location *at)
{
	dbc_jsonschema_location own = *at;

	own.evaluated = dbc_jsonschema_take_flags(v, at->item->length);
	return own;
}

/* Releases that list, after merging it if requested. */
static void
end_evaluated(dbc_jsonschema_validation *v, dbc_jsonschema_location *own,
			  const dbc_jsonschema_location *at, bool share)
{
	for (uint32_t i = 0; share && at->evaluated && i < at->item->length; i++)
		at->evaluated[i] |= own->evaluated[i];
	dbc_jsonschema_return_flags(v, own->evaluated, at->item->length);
}

/* ---- applying schemas ---- */

/* Counts a step; fails if validation would not end. */
static void
take_step(dbc_jsonschema_validation *v, const dbc_jsonschema_subschema *schema)
{
	if (v->in_place > v->schema->nsubschemas)
		dbc_fail(
			v->host, DBC_INVALID_PARAMETER, NULL, NULL,
			"JSON schema is not valid: %s refers to itself in an endless loop",
			schema->place->outer
				? dbc_jsonschema_pointer(v->host, schema->place)
				: "it");
	if (v->depth > DBC_MAX_DEPTH)
		dbc_fail(
			v->host, DBC_TOO_COMPLEX,
			"Every schema applied inside another one counts, including "
			"references. The schema itself is first checked against its "
			"metaschema, which takes up to three levels for each of its own.",
			NULL,
			"document or schema is nested too deeply: the check needs more "
			"than %d nested schemas",
			DBC_MAX_DEPTH);
	if (++v->steps > v->most_steps)
		dbc_fail(v->host, TOO_MUCH_WORK, NULL,
				 "References that each double the work of another one can "
				 "cause this.",
				 "JSON schema takes too many steps");
	if (v->steps % STEPS_BETWEEN_POLLS == 0)
		dbc_poll(v->host);
}

static bool
check_rules(dbc_jsonschema_validation *v,
			const dbc_jsonschema_subschema *schema,
			const dbc_jsonschema_location *at)
{
	unsigned kind = DBC_ON_KIND(at->item->kind);
	bool valid = true;

	for (const dbc_jsonschema_rule *rule = schema->rules; rule;
		 rule = rule->next)
		if (rule->kinds & kind && !rule->check(v, rule, at))
		{
			valid = false;
			if (!v->collects)
				break;
		}
	return valid;
}

/* Checks the current value against another schema. */
bool
dbc_jsonschema_validate_here(dbc_jsonschema_validation *v,
							 const dbc_jsonschema_subschema *schema,
							 const dbc_jsonschema_location *at)
{
	dbc_jsonschema_scope scope = {v->scope, schema->resource};
	bool valid;

	if (!schema->rules)
		return schema->item->kind != DBC_I_FALSE ||
			   dbc_jsonschema_violates(v, schema, NULL, at, "is not allowed");
	take_step(v, schema);
	v->depth++;
	v->in_place++;
	if (!v->scope || v->scope->resource != schema->resource)
		v->scope = &scope;
	if (schema->tracks_evaluated &&
		(at->item->kind == DBC_I_ARRAY || at->item->kind == DBC_I_OBJECT))
	{
		dbc_jsonschema_location own = with_evaluated(v, at);

		valid = check_rules(v, schema, &own);
		end_evaluated(v, &own, at, true);
	}
	else
		valid = check_rules(v, schema, at);
	v->scope = scope.outer;
	v->in_place--;
	v->depth--;
	return valid;
}

/* Checks a value nested in the current one. */
bool
dbc_jsonschema_validate_inside(dbc_jsonschema_validation *v,
							   const dbc_jsonschema_subschema *schema,
							   const dbc_jsonschema_location *at)
{
	size_t in_place = v->in_place;
	bool valid;

	v->in_place = 0;
	valid = dbc_jsonschema_validate_here(v, schema, at);
	v->in_place = in_place;
	return valid;
}

/* Checks the current value without reporting violations. */
bool
dbc_jsonschema_try_here(dbc_jsonschema_validation *v,
						const dbc_jsonschema_subschema *schema,
						const dbc_jsonschema_location *at)
{
	/* without rules nothing is evaluated */
	bool separate = at->evaluated && schema->rules;
	dbc_jsonschema_location own = separate ? with_evaluated(v, at) : *at;
	bool collects = v->collects;
	bool valid;

	v->collects = false;
	valid = dbc_jsonschema_validate_here(v, schema, &own);
	v->collects = collects;
	if (separate)
		end_evaluated(v, &own, at, valid);
	return valid;
}

/* ---- whole documents ---- */

static bool
check_document(dbc_jsonschema_validation *v, const dbc_json_item *document)
{
	dbc_jsonschema_location root = {.item = document};
	double most = STEPS_ANYWAY + STEPS_PER_VALUE *
									 (double) v->schema->nsubschemas *
									 (double) document->size;

	v->most_steps = most < 1e18 ? (uint64_t) most : UINT64_MAX;
	return dbc_jsonschema_validate_here(v, v->schema->root, &root);
}

bool
dbc_jsonschema_is_valid(dbc_host *host, const dbc_jsonschema *schema,
						const dbc_json_item *document)
{
	dbc_jsonschema_validation v = {.host = host, .schema = schema};

	return check_document(&v, document);
}

/* Finds the violations of a document, sorted. */
static bool
find_violations(dbc_jsonschema_validation *v, const dbc_json_item *document)
{
	v->collects = true;
	dbc_buffer_init(&v->text, v->host);
	v->names = dbc_alloc(v->host, KEPT_NAMES * sizeof(*v->names));
	if (check_document(v, document))
		return false;
	dbc_sort(v->violations, v->nviolations, sizeof(*v->violations),
			 compare_violations);
	return true;
}

bool
dbc_jsonschema_find_violation(dbc_host *host, const dbc_jsonschema *schema,
							  const dbc_json_item *document,
							  dbc_jsonschema_violation *violation)
{
	dbc_jsonschema_validation v = {.host = host, .schema = schema};

	if (!find_violations(&v, document))
		return false;
	*violation = v.violations[0];
	return true;
}

/* Emits the violations without duplicates. */
void
dbc_jsonschema_emit_violations(dbc_host *host, const dbc_jsonschema *schema,
							   const dbc_json_item *document)
{
	dbc_jsonschema_validation v = {.host = host, .schema = schema};

	if (!find_violations(&v, document))
		return;
	for (size_t i = 0; i < v.nviolations; i++)
	{
		const dbc_jsonschema_violation *violation = &v.violations[i];

		if (i == 0 || compare_violations(violation - 1, violation) != 0)
			dbc_emit(host, dbc_text(violation->path),
					 dbc_text(violation->keyword),
					 dbc_text(violation->message));
	}
}
