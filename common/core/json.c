/*
 * json.c
 *	  Reading JSON documents: members, strings, equality.
 */
#include "common/core/json.h"

#include <string.h>

#include "common/core/text.h"

/* The average number of keys of the other object compared per key, before both
 * are sorted. */
#define TRIES_PER_KEY 16

bool
dbc_json_string_is(const dbc_json_item *string, const char *text)
{
	size_t length = strlen(text);

	return string->length == length && memcmp(string->text, text, length) == 0;
}

static bool
same_strings(const dbc_json_item *left, const dbc_json_item *right)
{
	return left->length == right->length &&
		   memcmp(left->text, right->text, left->length) == 0;
}

const dbc_json_item *
dbc_json_member(const dbc_json_item *object, const char *key)
{
	const dbc_json_item *end = dbc_json_next(object);
	size_t length = strlen(key);

	for (const dbc_json_item *member = object + 1; member < end;
		 member = dbc_json_next(member + 1))
		if (member->length == length && memcmp(member->text, key, length) == 0)
			return member + 1;
	return NULL;
}

const char *
dbc_json_string(dbc_host *host, const dbc_json_item *string)
{
	const char *text = string->text;
	const char *end = text + string->length;
	const char *nul;
	dbc_buffer buffer;

	dbc_buffer_init(&buffer, host);
	while ((nul = memchr(text, '\0', (size_t) (end - text))) != NULL)
	{
		dbc_append_bytes(&buffer, text, (size_t) (nul - text));
		dbc_append(&buffer, "\\u0000");
		text = nul + 1;
	}
	dbc_append_bytes(&buffer, text, (size_t) (end - text));
	return buffer.data;
}

const char *
dbc_json_string_or_null(dbc_host *host, const dbc_json_item *item)
{
	return item && item->kind == DBC_I_STRING ? dbc_json_string(host, item)
											  : NULL;
}

bool
dbc_json_real(dbc_host *host, const dbc_json_item *item, double *number)
{
	return item && item->kind == DBC_I_NUMBER &&
		   dbc_parse_real(dbc_copy(host, item->text, item->length), number);
}

/* The length of the text of an array or object. */
static size_t
container_length(const char *text)
{
	const char *at = text;
	int depth = 0;
	bool quoted = false;

	do
	{
		if (*at == '"')
			quoted = !quoted;
		else if (quoted)
			at += *at == '\\';
		else
			depth += (*at == '[' || *at == '{') - (*at == ']' || *at == '}');
		at++;
	} while (depth > 0);
	return (size_t) (at - text);
}

const char *
dbc_json_value_text(dbc_host *host, const dbc_json_item *item)
{
	static const char *const words[] = {
		[DBC_I_NULL] = NULL, [DBC_I_FALSE] = "false", [DBC_I_TRUE] = "true"};

	if (item->kind <= DBC_I_TRUE)
		return words[item->kind];
	if (item->kind == DBC_I_STRING)
		return dbc_json_string(host, item);
	return dbc_copy(host, item->text,
					item->kind == DBC_I_NUMBER ? item->length
											   : container_length(item->text));
}

/* ---- entries ---- */

dbc_json_entries
dbc_json_read_entries(dbc_host *host, const char *json, const char *what)
{
	const char *problem;
	const dbc_json_item *root =
		dbc_json_read(host, json, strlen(json), NULL, 0, &problem);
	const dbc_json_item **keys = NULL;
	const dbc_json_item *value;
	dbc_json_entry *list;
	uint32_t count;

	if (!root)
		dbc_fail(host, DBC_INVALID_TEXT, NULL,
				 "Check quotes, commas and brackets.", "%s is not valid JSON",
				 what);
	count = root->kind >= DBC_I_ARRAY ? root->length : 0;
	if (root->kind == DBC_I_OBJECT)
		keys = dbc_json_sort_keys(host, root + 1, count);
	list = dbc_alloc(host, ((size_t) count + 1) * sizeof(*list));
	value = root + 1;
	for (uint32_t i = 0; i < count; i++, value = dbc_json_next(value))
	{
		if (keys)
			value = keys[i] + 1;
		list[i] = (dbc_json_entry){.key = keys ? dbc_json_string(host, keys[i])
											   : NULL,
								   .kind = (dbc_json_kind) value->kind,
								   .text = dbc_json_value_text(host, value)};
	}
	return (dbc_json_entries){list, (int) count};
}

const dbc_json_item *
dbc_json_find(dbc_host *host, const dbc_value *json, const char *key)
{
	const char *problem;
	const dbc_json_item *root = NULL;

	if (json->kind != DBC_NULL)
		root = dbc_json_read(host, json->text, strlen(json->text), NULL, 0,
							 &problem);
	return root && root->kind == DBC_I_OBJECT ? dbc_json_member(root, key)
											  : NULL;
}

/* ---- digests ---- */

/* Adds a number to a digest. */
static inline uint64_t
mix(uint64_t digest, uint64_t number)
{
	digest = (digest ^ number) * UINT64_C(0x9e3779b97f4a7c15);
	return digest ^ digest >> 29;
}

static uint64_t
digest_bytes(const char *bytes, size_t length)
{
	uint64_t digest = length;

	for (size_t i = 0; i < length; i++)
		digest = mix(digest, (unsigned char) bytes[i]);
	return digest;
}

/* The digest of a value at a nesting depth. */
static uint64_t
digest_item(dbc_host *host, const dbc_json_item *item, int depth)
{
	uint64_t digest = item->kind;
	const dbc_json_item *child = item + 1;
	dbc_decimal number;

	if (depth > DBC_MAX_DEPTH)
		return digest; /* deeper values are compared */
	switch ((dbc_json_kind) item->kind)
	{
		case DBC_I_NULL:
		case DBC_I_FALSE:
		case DBC_I_TRUE:
			break;
		case DBC_I_NUMBER:
			number = dbc_json_decimal(host, item);
			digest = mix(digest, digest_bytes(number.digits, number.ndigits));
			digest = mix(digest, (uint64_t) number.exponent);
			digest = mix(digest, number.negative);
			break;
		case DBC_I_STRING:
			digest = mix(digest, digest_bytes(item->text, item->length));
			break;
		case DBC_I_ARRAY:
			for (uint32_t i = 0; i < item->length;
				 i++, child = dbc_json_next(child))
				digest = mix(digest, digest_item(host, child, depth + 1));
			break;
		case DBC_I_OBJECT: /* a sum, independent of the order */
			for (uint32_t i = 0; i < item->length;
				 i++, child = dbc_json_next(child + 1))
				digest += mix(digest_bytes(child->text, child->length),
							  digest_item(host, child + 1, depth + 1));
			break;
	}
	return digest;
}

uint64_t
dbc_json_digest(dbc_host *host, const dbc_json_item *item)
{
	return digest_item(host, item, 0);
}

/* ---- equality ---- */

static bool same_items(dbc_host *host, const dbc_json_item *left,
					   const dbc_json_item *right, int depth);

static bool
same_arrays(dbc_host *host, const dbc_json_item *left,
			const dbc_json_item *right, int depth)
{
	const dbc_json_item *a = left + 1;
	const dbc_json_item *b = right + 1;

	for (uint32_t i = 0; i < left->length; i++)
	{
		if (!same_items(host, a, b, depth + 1))
			return false;
		a = dbc_json_next(a);
		b = dbc_json_next(b);
	}
	return true;
}

/* Whether another object has the same members as the remaining n members of an
 * object. */
static bool
same_sorted(dbc_host *host, const dbc_json_item *key, uint32_t count,
			const dbc_json_item *other, int depth)
{
	const dbc_json_item **a = dbc_json_sort_keys(host, key, count);
	const dbc_json_item **b =
		dbc_json_sort_keys(host, other + 1, other->length);
	uint32_t j = 0;

	for (uint32_t i = 0; i < count; i++, j++)
	{
		while (j < other->length && !same_strings(a[i], b[j]))
			j++;
		if (j == other->length ||
			!same_items(host, a[i] + 1, b[j] + 1, depth + 1))
			return false;
	}
	return true;
}

/* Whether two objects with the same number of members are equal.  Each key is
 * searched from the position of the previous match, since the order is usually
 * the same; if it is not, the remaining keys are sorted. */
static bool
same_objects(dbc_host *host, const dbc_json_item *left,
			 const dbc_json_item *right, int depth)
{
	const dbc_json_item *end = dbc_json_next(right);
	const dbc_json_item *a = left + 1;
	const dbc_json_item *b = right + 1;
	uint64_t tries = 0;

	for (uint32_t i = 0; i < left->length; i++)
	{
		uint32_t tried;

		for (tried = 0; tried < right->length && !same_strings(a, b); tried++)
		{
			b = dbc_json_next(b + 1);
			if (b == end)
				b = right + 1;
		}
		if (tried == right->length ||
			!same_items(host, a + 1, b + 1, depth + 1))
			return false;
		a = dbc_json_next(a + 1);
		b = dbc_json_next(b + 1);
		if (b == end)
			b = right + 1;
		tries += tried;
		if (tries > TRIES_PER_KEY * (uint64_t) left->length)
			return same_sorted(host, a, left->length - i - 1, right, depth);
	}
	return true;
}

/* Whether two values at a nesting depth are equal. */
static bool
same_items(dbc_host *host, const dbc_json_item *left,
		   const dbc_json_item *right, int depth)
{
	dbc_decimal a;
	dbc_decimal b;

	if (depth > DBC_MAX_DEPTH)
		dbc_fail(host, DBC_TOO_COMPLEX, NULL, NULL,
				 "values are nested too deeply to be compared: more than %d "
				 "levels",
				 DBC_MAX_DEPTH);
	if (left->kind != right->kind)
		return false;
	switch ((dbc_json_kind) left->kind)
	{
		case DBC_I_NULL:
		case DBC_I_FALSE:
		case DBC_I_TRUE:
			break;
		case DBC_I_NUMBER:
			a = dbc_json_decimal(host, left);
			b = dbc_json_decimal(host, right);
			return dbc_decimal_compare(&a, &b) == 0;
		case DBC_I_STRING:
			return same_strings(left, right);
		case DBC_I_ARRAY:
			return left->length == right->length &&
				   same_arrays(host, left, right, depth);
		case DBC_I_OBJECT:
			return left->length == right->length &&
				   same_objects(host, left, right, depth);
	}
	return true;
}

bool
dbc_json_equal(dbc_host *host, const dbc_json_item *left,
			   const dbc_json_item *right)
{
	return same_items(host, left, right, 0);
}
