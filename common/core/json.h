/*
 * json.h
 *	  JSON documents in the core: one array of items, each followed by the items
 *	  it contains.
 *
 *	  {"a": [1, true]}	object, string "a", array, number 1, true
 *
 * A scan reads the items in order and can skip a value with all its contents in
 * one step.  An object has no duplicate keys: the last one is kept.
 */
#ifndef DBC_CORE_JSON_H
#define DBC_CORE_JSON_H

#include "common/core/host.h"

typedef enum dbc_json_kind
{
	DBC_I_NULL,
	DBC_I_FALSE,
	DBC_I_TRUE,
	DBC_I_NUMBER,
	DBC_I_STRING,
	DBC_I_ARRAY,
	DBC_I_OBJECT
} dbc_json_kind;

typedef struct dbc_json_item
{
	const char *text; /* of a number or string, not NUL-terminated; of an array
						 or object read from text: its start */
	uint32_t length;  /* bytes of the text; elements of an array; members of an
						 object, each a key (a string) and a value */
	uint32_t size : 28;	 /* items of the value including its contents */
	uint32_t kind : 3;	 /* dbc_json_kind */
	uint32_t native : 1; /* of a number: its text is in the engine's native
							form, for dbc_number_text(); of a key: its member
							is marked for removal */
} dbc_json_item;

/* The maximum number of items of a document. */
#define DBC_MAX_ITEMS ((UINT32_C(1) << 28) - 1)

/* Parses a document.  Text has a NUL at text[length], and the items point into
 * it. room is an array for items, possibly empty, that is used before memory is
 * allocated.  If the text is not JSON, returns NULL and sets *problem. */
extern const dbc_json_item *dbc_json_read(dbc_host *host, const char *text,
										  size_t length, dbc_json_item *room,
										  size_t nroom, const char **problem);

/* The same; NULL, too, if an object has a key twice. */
extern const dbc_json_item *
dbc_json_read_exact(dbc_host *host, const char *text, size_t length,
					dbc_json_item *room, size_t nroom, const char **problem);

/* Marks members with a key that occurs again later in the object, which must be
 * the last value read; returns whether there are any. */
extern bool dbc_json_mark_duplicates(dbc_host *host, dbc_json_item *object,
									 const dbc_json_item *end);

/* Removes the marked members of all objects. */
extern void dbc_json_drop_marked(dbc_host *host, dbc_json_item *items,
								 size_t nitems);

/* n keys of an object, starting with one, sorted by their bytes. */
extern const dbc_json_item **
dbc_json_sort_keys(dbc_host *host, const dbc_json_item *key, uint32_t count);

/* The item after a value and its contents. */
static inline const dbc_json_item *
dbc_json_next(const dbc_json_item *item)
{
	return item + item->size;
}

extern const dbc_json_item *dbc_json_member(const dbc_json_item *object,
											const char *key);

/* Whether a string equals text. */
extern bool dbc_json_string_is(const dbc_json_item *string, const char *text);

/* A string, NUL-terminated; a NUL character in it becomes \u0000. */
extern const char *dbc_json_string(dbc_host *host, const dbc_json_item *string);

/* The same; NULL if the value is NULL or not a string. */
extern const char *dbc_json_string_or_null(dbc_host *host,
										   const dbc_json_item *item);

/* The value of a number; false if the value is NULL or not a number. */
extern bool dbc_json_real(dbc_host *host, const dbc_json_item *item,
						  double *number);

/* A value as JSON, a string as its contents; NULL for null. */
extern const char *dbc_json_value_text(dbc_host *host,
									   const dbc_json_item *item);

/* A member of an object, or an element of an array. */
typedef struct dbc_json_entry
{
	const char *key; /* NULL for an element */
	dbc_json_kind kind;
	const char *text; /* see dbc_json_value_text() */
} dbc_json_entry;

typedef struct dbc_json_entries
{
	const dbc_json_entry *list;
	int count;
} dbc_json_entries;

/* The members of a JSON object, sorted by key, or the elements of an array;
 * none of any other value.  Fails if the text is not JSON; what names it in the
 * message. */
extern dbc_json_entries dbc_json_read_entries(dbc_host *host, const char *json,
											  const char *what);

/* The value of a member of an object given as JSON text; NULL if it is missing
 * or null. */
extern const dbc_json_item *dbc_json_find(dbc_host *host, const dbc_value *json,
										  const char *key);

/* Whether two values are equal as JSON: 1 equals 1.0, and the order of members
 * does not matter.  Fails if they are nested too deeply. */
extern bool dbc_json_equal(dbc_host *host, const dbc_json_item *left,
						   const dbc_json_item *right);

/* A hash that is equal for equal values. */
extern uint64_t dbc_json_digest(dbc_host *host, const dbc_json_item *item);

/* The maximum nesting depth for comparisons and schemas, which needs less than
 * 300 KiB of stack. */
#define DBC_MAX_DEPTH 1000

/* ---- numbers ---- */

/* A number of any size, exact: 0.ddd times ten to the exponent. */
typedef struct dbc_decimal
{
	const char *digits; /* neither the first nor the last one is 0 */
	size_t ndigits;		/* 0: the number is 0 */
	int64_t exponent;
	bool negative;
} dbc_decimal;

extern dbc_decimal dbc_json_decimal(dbc_host *host,
									const dbc_json_item *number);

/* Less than, equal to or greater than 0, as left is to right. */
extern int dbc_decimal_compare(const dbc_decimal *left,
							   const dbc_decimal *right);

extern bool dbc_decimal_is_integer(const dbc_decimal *number);

/* Whether a number is a multiple of the divisor, which is not 0 and has at most
 * DBC_MAX_DIVISOR digits. */
extern bool dbc_decimal_is_multiple(const dbc_decimal *number,
									const dbc_decimal *divisor);
#define DBC_MAX_DIVISOR 18

/* A number for messages, independent of how it was written. */
extern const char *dbc_decimal_text(dbc_host *host, const dbc_decimal *number);

#endif /* DBC_CORE_JSON_H */
