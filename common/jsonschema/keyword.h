/*
 * keyword.h
 *	  Shared by the files of the JSON Schema room: a compiled schema, its rules,
 *	  and a running validation.
 *
 * Every subschema is a dbc_jsonschema_subschema with a list of rules, one for
 * each keyword or group of keywords that work together.  Each file of keywords
 * has the function that adds their rules and the functions that check them.
 */
#ifndef DBC_JSONSCHEMA_KEYWORD_H
#define DBC_JSONSCHEMA_KEYWORD_H

#include "common/core/text.h"
#include "common/jsonschema/jsonschema.h"

typedef struct dbc_jsonschema_subschema dbc_jsonschema_subschema;
typedef struct dbc_jsonschema_rule dbc_jsonschema_rule;
typedef struct dbc_jsonschema_pattern dbc_jsonschema_pattern;

/* ---- a schema ---- */

/* A name for a subschema: $anchor or $dynamicAnchor. */
typedef struct dbc_jsonschema_anchor
{
	struct dbc_jsonschema_anchor *next;
	const char *name;
	bool dynamic;
	dbc_jsonschema_subschema *target;
} dbc_jsonschema_anchor;

/* A schema with a URI of its own, and what is in it. */
typedef struct dbc_jsonschema_resource
{
	struct dbc_jsonschema_resource *next;
	const char *uri; /* without a fragment; "" if it has none */
	dbc_jsonschema_subschema *root;
	dbc_jsonschema_anchor *anchors;
} dbc_jsonschema_resource;

/* Some subschemas. */
typedef struct dbc_jsonschema_subschemas
{
	size_t count;
	dbc_jsonschema_subschema **list;
} dbc_jsonschema_subschemas;

/* Where a value is in a document or schema, and what is known of it. */
typedef struct dbc_jsonschema_location
{
	const struct dbc_jsonschema_location
		*outer; /* the value it is in, or NULL */
	const dbc_json_item *item;
	const dbc_json_item *key; /* of a member; else ... */
	uint32_t index;			  /* ... its place in an array */
	char *seen; /* one per member or element: those that have been evaluated;
				 * NULL where nobody asks */
} dbc_jsonschema_location;

typedef struct dbc_jsonschema_validation dbc_jsonschema_validation;

/* Checks a rule; false is a violation, which it has reported. */
typedef bool (*dbc_jsonschema_rule_check)(dbc_jsonschema_validation *v,
										  const dbc_jsonschema_rule *rule,
										  const dbc_jsonschema_location *at);

struct dbc_jsonschema_rule
{
	dbc_jsonschema_rule *next;
	const dbc_jsonschema_subschema *owner;
	const char *keyword; /* for messages */
	unsigned kinds;		 /* bit 1 << kind of the items it is about */
	dbc_jsonschema_rule_check check;

	/* what it needs of these */
	uint64_t count;
	dbc_decimal number;
	const dbc_json_item *value;
	const char *text;
	dbc_jsonschema_subschema *schema;
	dbc_jsonschema_subschemas schemas;
	const dbc_jsonschema_pattern *pattern;
	const void *more; /* what one file knows of */
};

struct dbc_jsonschema_subschema
{
	dbc_jsonschema_subschema *next; /* in the order they were found */
	const dbc_json_item *item;
	const dbc_jsonschema_location *place; /* in its document */
	dbc_jsonschema_resource *resource;
	dbc_jsonschema_rule *rules;
	dbc_jsonschema_rule **last_rule;
	bool asks_seen; /* it has unevaluatedItems or unevaluatedProperties */
};

struct dbc_jsonschema
{
	dbc_jsonschema_subschema *root;
	size_t nsubschemas;
};

/* Kinds of items as bits. */
#define DBC_ON_KIND(kind) (1u << (kind))
#define DBC_ON_NUMBERS	  DBC_ON_KIND(DBC_I_NUMBER)
#define DBC_ON_STRINGS	  DBC_ON_KIND(DBC_I_STRING)
#define DBC_ON_ARRAYS	  DBC_ON_KIND(DBC_I_ARRAY)
#define DBC_ON_OBJECTS	  DBC_ON_KIND(DBC_I_OBJECT)
#define DBC_ON_ALL		  0x7fu

/* ---- compiling ---- */

typedef struct dbc_jsonschema_compiler
{
	dbc_host *host;
	bool formats;
	dbc_jsonschema *schema;
	dbc_jsonschema_subschema **last; /* end of the list of all */
	dbc_jsonschema_resource *resources;
	const dbc_json_item *roots[2];		 /* of the documents: ... */
	dbc_jsonschema_subschema **known[2]; /* ... what their items are */
	uint64_t nreferences;				 /* looked for so far */
} dbc_jsonschema_compiler;

/* Adds a rule for a keyword. */
extern dbc_jsonschema_rule *
dbc_jsonschema_add_rule(dbc_jsonschema_compiler *c,
						dbc_jsonschema_subschema *schema, const char *keyword,
						unsigned kinds, dbc_jsonschema_rule_check check);

/* Adds a rule for a keyword that is a count, if it is there. */
extern void dbc_jsonschema_add_count_rule(dbc_jsonschema_compiler *c,
										  dbc_jsonschema_subschema *schema,
										  const char *keyword, unsigned kinds,
										  dbc_jsonschema_rule_check check);

/* A count of a schema; those that are too large to be reached are all one. */
extern uint64_t dbc_jsonschema_read_count(dbc_jsonschema_compiler *c,
										  const dbc_json_item *count);

/* The value of a keyword, or NULL. */
extern const dbc_json_item *
dbc_jsonschema_find_keyword(const dbc_jsonschema_subschema *schema,
							const char *keyword);

/* The subschema, or the subschemas, that the value of a keyword is. */
extern dbc_jsonschema_subschema *
dbc_jsonschema_get_subschema(dbc_jsonschema_compiler *c,
							 const dbc_json_item *item);
extern dbc_jsonschema_subschemas
dbc_jsonschema_get_subschemas(dbc_jsonschema_compiler *c,
							  const dbc_json_item *list);

/* The subschema that a reference of another one names; fails if there is none.
 * *anchor becomes the anchor it names it by, or NULL. */
extern dbc_jsonschema_subschema *
dbc_jsonschema_resolve_reference(dbc_jsonschema_compiler *c,
								 const dbc_jsonschema_subschema *from,
								 const char *keyword, const char *reference,
								 const dbc_jsonschema_anchor **anchor);

/* The anchor of a name, or NULL. */
extern const dbc_jsonschema_anchor *
dbc_jsonschema_find_anchor(const dbc_jsonschema_resource *resource,
						   const char *name);

/* Fails because a keyword of a schema cannot be what it is. */
extern _Noreturn void
dbc_jsonschema_refuse_keyword(dbc_jsonschema_compiler *c,
							  const dbc_jsonschema_subschema *schema,
							  const char *keyword, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Add the rules for some keywords. */
extern void dbc_jsonschema_add_value_rules(dbc_jsonschema_compiler *c,
										   dbc_jsonschema_subschema *schema);
extern void dbc_jsonschema_add_string_rules(dbc_jsonschema_compiler *c,
											dbc_jsonschema_subschema *schema);
extern void dbc_jsonschema_add_format_rules(dbc_jsonschema_compiler *c,
											dbc_jsonschema_subschema *schema);
extern void dbc_jsonschema_add_array_rules(dbc_jsonschema_compiler *c,
										   dbc_jsonschema_subschema *schema);
extern void dbc_jsonschema_add_object_rules(dbc_jsonschema_compiler *c,
											dbc_jsonschema_subschema *schema);
extern void dbc_jsonschema_add_logic_rules(dbc_jsonschema_compiler *c,
										   dbc_jsonschema_subschema *schema);
extern void
dbc_jsonschema_add_unevaluated_rules(dbc_jsonschema_compiler *c,
									 dbc_jsonschema_subschema *schema);

/* The metaschema and its URI. */
extern const char dbc_jsonschema_metaschema[];
#define DBC_METASCHEMA_URI "https://json-schema.org/draft/2020-12/schema"

/* ---- patterns ---- */

/* Compiles a regular expression; NULL if it is none, and *problem says why. */
extern const dbc_jsonschema_pattern *
dbc_jsonschema_compile_pattern(dbc_host *host, const dbc_json_item *text,
							   const char **problem);

/* The pattern that a keyword of a schema is, or has as a key; fails if that is
 * no regular expression. */
extern const dbc_jsonschema_pattern *
dbc_jsonschema_read_pattern(dbc_jsonschema_compiler *c,
							const dbc_jsonschema_subschema *schema,
							const char *keyword, const dbc_json_item *text);

/* Whether a string has a match of a pattern; fails if that takes too long. */
extern bool dbc_jsonschema_match_pattern(dbc_host *host,
										 const dbc_jsonschema_pattern *pattern,
										 const dbc_json_item *string);

/* ---- validating ---- */

typedef struct dbc_jsonschema_violation
{
	const char *path;
	const char *keyword;
	const char *message;
} dbc_jsonschema_violation;

/* The first violation of a document; false if there is none. */
extern bool dbc_jsonschema_find_violation(dbc_host *host,
										  const dbc_jsonschema *schema,
										  const dbc_json_item *document,
										  dbc_jsonschema_violation *violation);

/* A keyword as violations name it. */
typedef struct dbc_jsonschema_keyword_name
{
	const dbc_jsonschema_subschema *schema;
	const char *keyword;
	const char *text;
} dbc_jsonschema_keyword_name;

/* The resources that a validation has entered, innermost first. */
typedef struct dbc_jsonschema_scope
{
	const struct dbc_jsonschema_scope *outer;
	const dbc_jsonschema_resource *resource;
} dbc_jsonschema_scope;

/* Flags that were given back, while nobody has them. */
typedef struct dbc_jsonschema_spare_flags
{
	struct dbc_jsonschema_spare_flags *next;
} dbc_jsonschema_spare_flags;

/* Flags are kept for reuse in sizes of powers of two. */
#define DBC_FLAG_SIZES 40

struct dbc_jsonschema_validation
{
	dbc_host *host;
	const dbc_jsonschema *schema;
	const dbc_jsonschema_scope *scope;
	int depth;		 /* of subschemas in each other, and ... */
	size_t in_place; /* ... of those about the same value */
	uint64_t steps;
	uint64_t most_steps;
	bool collects; /* violations, else the first one decides */
	dbc_jsonschema_violation *violations;
	size_t nviolations;
	size_t room;
	dbc_buffer text;					/* being made */
	dbc_jsonschema_keyword_name *names; /* that were made */
	dbc_jsonschema_spare_flags
		*spare[DBC_FLAG_SIZES]; /* flags given back, by their size */
};

/* Checks a value against a subschema: the value the rule is about, or one in
 * it. */
extern bool dbc_jsonschema_validate_here(dbc_jsonschema_validation *v,
										 const dbc_jsonschema_subschema *schema,
										 const dbc_jsonschema_location *at);
extern bool
dbc_jsonschema_validate_inside(dbc_jsonschema_validation *v,
							   const dbc_jsonschema_subschema *schema,
							   const dbc_jsonschema_location *at);

/* The same without reporting violations. */
extern bool dbc_jsonschema_try_here(dbc_jsonschema_validation *v,
									const dbc_jsonschema_subschema *schema,
									const dbc_jsonschema_location *at);

/* A value for messages, cut if it is long. */
extern const char *dbc_jsonschema_item_text(dbc_host *host,
											const dbc_json_item *item);

/* The pointer to a place. */
extern const char *dbc_jsonschema_pointer(dbc_host *host,
										  const dbc_jsonschema_location *at);

/* Reports a violation of a keyword; returns false. */
extern bool dbc_jsonschema_report(dbc_jsonschema_validation *v,
								  const dbc_jsonschema_subschema *schema,
								  const char *keyword,
								  const dbc_jsonschema_location *at,
								  const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* The same if violations are collected; else the message is not formatted,
 * since most branches of an anyOf are violated. */
#define dbc_jsonschema_violates(v, ...) \
	((v)->collects && dbc_jsonschema_report(v, __VA_ARGS__))

/* Takes so many flags, all of them 0, and gives them back: a document has any
 * number of values that need some for a while. */
extern char *dbc_jsonschema_take_flags(dbc_jsonschema_validation *v,
									   size_t count);
extern void dbc_jsonschema_return_flags(dbc_jsonschema_validation *v,
										char *flags, size_t count);

#endif /* DBC_JSONSCHEMA_KEYWORD_H */
