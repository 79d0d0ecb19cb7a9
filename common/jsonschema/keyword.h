/*
 * keyword.h
 *	  What the files that make up JSON Schema share: a compiled schema, its
 *	  rules, and a validation on its way.
 *
 * Every object of a schema that is a schema is a dbc_subschema with a list of
 * rules, one for each keyword or group of keywords that work together.  A file
 * json_*.c has both sides of some keywords: a function that adds their rules,
 * and the functions that check them.
 */
#ifndef DBC_JSONSCHEMA_KEYWORD_H
#define DBC_JSONSCHEMA_KEYWORD_H

#include "common/core/text.h"
#include "common/jsonschema/jsonschema.h"

typedef struct dbc_subschema dbc_subschema;
typedef struct dbc_schema_rule dbc_schema_rule;
typedef struct dbc_pattern dbc_pattern;

/* ---- a schema ---- */

/* A name for a subschema: $anchor or $dynamicAnchor. */
typedef struct dbc_anchor
{
	struct dbc_anchor *next;
	const char *name;
	bool dynamic;
	dbc_subschema *target;
} dbc_anchor;

/* A schema with a URI of its own, and what is in it. */
typedef struct dbc_resource
{
	struct dbc_resource *next;
	const char *uri; /* without a fragment; "" if it has none */
	dbc_subschema *root;
	dbc_anchor *anchors;
} dbc_resource;

/* Some subschemas. */
typedef struct dbc_subschemas
{
	size_t count;
	dbc_subschema **list;
} dbc_subschemas;

/* Where a value is in a document or schema, and what is known of it. */
typedef struct dbc_place
{
	const struct dbc_place *outer; /* the value it is in, or NULL */
	const dbc_item *item;
	const dbc_item *key; /* of a member; else ... */
	uint32_t index;		 /* ... its place in an array */
	char *seen; /* one per member or element: those that have been evaluated;
				 * NULL where nobody asks */
} dbc_place;

typedef struct dbc_validation dbc_validation;

/* Checks a rule; false is a violation, which it has told of. */
typedef bool (*dbc_check_rule)(dbc_validation *v, const dbc_schema_rule *rule,
							   const dbc_place *at);

struct dbc_schema_rule
{
	dbc_schema_rule *next;
	const dbc_subschema *owner;
	const char *keyword; /* for messages */
	unsigned kinds;		 /* bit 1 << kind of the items it is about */
	dbc_check_rule check;

	/* what it needs of these */
	uint64_t count;
	dbc_decimal number;
	const dbc_item *value;
	const char *text;
	dbc_subschema *schema;
	dbc_subschemas schemas;
	const dbc_pattern *pattern;
	const void *more; /* what one file knows of */
};

struct dbc_subschema
{
	dbc_subschema *next; /* in the order they were found */
	const dbc_item *item;
	const dbc_place *place; /* in its document */
	dbc_resource *resource;
	dbc_schema_rule *rules;
	dbc_schema_rule **last_rule;
	bool asks_seen; /* it has unevaluatedItems or unevaluatedProperties */
};

struct dbc_json_schema
{
	dbc_subschema *root;
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

typedef struct dbc_compiler
{
	dbc_host *host;
	bool formats;
	dbc_json_schema *schema;
	dbc_subschema **last; /* end of the list of all */
	dbc_resource *resources;
	const dbc_item *roots[2]; /* of the documents: ... */
	dbc_subschema **known[2]; /* ... what their items are */
	uint64_t nreferences;	  /* looked for so far */
} dbc_compiler;

/* Adds a rule for a keyword. */
extern dbc_schema_rule *dbc_add_rule(dbc_compiler *c, dbc_subschema *schema,
									 const char *keyword, unsigned kinds,
									 dbc_check_rule check);

/* Adds a rule for a keyword that is a count, if it is there. */
extern void dbc_add_count_rule(dbc_compiler *c, dbc_subschema *schema,
							   const char *keyword, unsigned kinds,
							   dbc_check_rule check);

/* A count of a schema; those that are too large to be reached are all one. */
extern uint64_t dbc_count_of(dbc_compiler *c, const dbc_item *count);

/* The value of a keyword, or NULL. */
extern const dbc_item *dbc_keyword(const dbc_subschema *schema,
								   const char *keyword);

/* The subschema, or the subschemas, that the value of a keyword is. */
extern dbc_subschema *dbc_subschema_of(dbc_compiler *c, const dbc_item *item);
extern dbc_subschemas dbc_subschemas_of(dbc_compiler *c, const dbc_item *list);

/* The subschema that a reference of another one names; fails if there is none.
 * *anchor becomes the anchor it names it by, or NULL. */
extern dbc_subschema *dbc_resolve_reference(dbc_compiler *c,
											const dbc_subschema *from,
											const char *keyword,
											const char *reference,
											const dbc_anchor **anchor);

/* The anchor of a name, or NULL. */
extern const dbc_anchor *dbc_find_anchor(const dbc_resource *resource,
										 const char *name);

/* Fails because a keyword of a schema cannot be what it is. */
extern _Noreturn void
dbc_refuse_keyword(dbc_compiler *c, const dbc_subschema *schema,
				   const char *keyword, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Add the rules for some keywords. */
extern void dbc_add_value_rules(dbc_compiler *c, dbc_subschema *schema);
extern void dbc_add_string_rules(dbc_compiler *c, dbc_subschema *schema);
extern void dbc_add_format_rules(dbc_compiler *c, dbc_subschema *schema);
extern void dbc_add_array_rules(dbc_compiler *c, dbc_subschema *schema);
extern void dbc_add_object_rules(dbc_compiler *c, dbc_subschema *schema);
extern void dbc_add_logic_rules(dbc_compiler *c, dbc_subschema *schema);
extern void dbc_add_unevaluated_rules(dbc_compiler *c, dbc_subschema *schema);

/* The schema of schemas, and the URI it is known by. */
extern const char dbc_metaschema[];
#define DBC_METASCHEMA_URI "https://json-schema.org/draft/2020-12/schema"

/* ---- patterns ---- */

/* Compiles a regular expression; NULL if it is none, and *problem says why. */
extern const dbc_pattern *
dbc_compile_pattern(dbc_host *host, const dbc_item *text, const char **problem);

/* The pattern that a keyword of a schema is, or has as a key; fails if that is
 * no regular expression. */
extern const dbc_pattern *dbc_pattern_of(dbc_compiler *c,
										 const dbc_subschema *schema,
										 const char *keyword,
										 const dbc_item *text);

/* Whether a string has a match of a pattern; fails if that takes too long. */
extern bool dbc_matches(dbc_host *host, const dbc_pattern *pattern,
						const dbc_item *string);

/* ---- validating ---- */

typedef struct dbc_violation
{
	const char *path;
	const char *keyword;
	const char *message;
} dbc_violation;

/* The first violation of a document; false if there is none. */
extern bool dbc_find_violation(dbc_host *host, const dbc_json_schema *schema,
							   const dbc_item *document,
							   dbc_violation *violation);

/* A keyword as violations name it. */
typedef struct dbc_keyword_name
{
	const dbc_subschema *schema;
	const char *keyword;
	const char *text;
} dbc_keyword_name;

/* The resources that a validation has entered, innermost first. */
typedef struct dbc_scope
{
	const struct dbc_scope *outer;
	const dbc_resource *resource;
} dbc_scope;

/* Flags that were given back, while nobody has them. */
typedef struct dbc_spare_flags
{
	struct dbc_spare_flags *next;
} dbc_spare_flags;

/* Flags are kept for reuse in sizes of powers of two. */
#define DBC_FLAG_SIZES 40

struct dbc_validation
{
	dbc_host *host;
	const dbc_json_schema *schema;
	const dbc_scope *scope;
	int depth;		 /* of subschemas in each other, and ... */
	size_t in_place; /* ... of those about the same value */
	uint64_t steps;
	uint64_t most_steps;
	bool collects; /* violations, else the first one decides */
	dbc_violation *violations;
	size_t nviolations;
	size_t room;
	dbc_buffer text;		 /* being made */
	dbc_keyword_name *names; /* that were made */
	dbc_spare_flags
		*spare[DBC_FLAG_SIZES]; /* flags given back, by their size */
};

/* Checks a value against a subschema: the value the rule is about, or one in
 * it. */
extern bool dbc_check_here(dbc_validation *v, const dbc_subschema *schema,
						   const dbc_place *at);
extern bool dbc_check_inside(dbc_validation *v, const dbc_subschema *schema,
							 const dbc_place *at);

/* The same without telling of violations. */
extern bool dbc_try_here(dbc_validation *v, const dbc_subschema *schema,
						 const dbc_place *at);

/* A value for messages, cut if it is long. */
extern const char *dbc_item_shown(dbc_host *host, const dbc_item *item);

/* The pointer to a place. */
extern const char *dbc_pointer(dbc_host *host, const dbc_place *at);

/* Tells of a violation of a keyword; false. */
extern bool dbc_tell(dbc_validation *v, const dbc_subschema *schema,
					 const char *keyword, const dbc_place *at,
					 const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* The same if anybody wants to know; else the words are not even made: most
 * branches of an anyOf are violated. */
#define dbc_violates(v, ...) ((v)->collects && dbc_tell(v, __VA_ARGS__))

/* Takes so many flags, all of them 0, and gives them back: a document has any
 * number of values that need some for a while. */
extern char *dbc_take_flags(dbc_validation *v, size_t count);
extern void dbc_return_flags(dbc_validation *v, char *flags, size_t count);

#endif /* DBC_JSONSCHEMA_KEYWORD_H */
