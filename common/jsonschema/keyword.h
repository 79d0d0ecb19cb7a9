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

/* An anchor of a subschema: $anchor or $dynamicAnchor. */
typedef struct dbc_jsonschema_anchor
{
	struct dbc_jsonschema_anchor *next;
	const char *name;
	bool dynamic;
	dbc_jsonschema_subschema *target;
} dbc_jsonschema_anchor;

/* A schema with an $id, and its anchors. */
typedef struct dbc_jsonschema_resource
{
	struct dbc_jsonschema_resource *next;
	const char *uri; /* without a fragment; "" if there is no URI */
	dbc_jsonschema_subschema *root;
	dbc_jsonschema_anchor *anchors;
} dbc_jsonschema_resource;

typedef struct dbc_jsonschema_subschemas
{
	size_t count;
	dbc_jsonschema_subschema **list;
} dbc_jsonschema_subschemas;

/* The location of a value in a document or schema. */
typedef struct dbc_jsonschema_location
{
	/* the enclosing value, or NULL */
	const struct dbc_jsonschema_location *outer;
	const dbc_json_item *item;
	const dbc_json_item *key; /* of a member; else ... */
	uint32_t index;			  /* ... index of an array element */
	char *evaluated; /* one per member or element: it was evaluated; NULL if
				   this is not tracked */
} dbc_jsonschema_location;

typedef struct dbc_jsonschema_validation dbc_jsonschema_validation;

/* Checks a rule; reports a violation and returns false. */
typedef bool (*dbc_jsonschema_rule_check)(dbc_jsonschema_validation *v,
										  const dbc_jsonschema_rule *rule,
										  const dbc_jsonschema_location *at);

struct dbc_jsonschema_rule
{
	dbc_jsonschema_rule *next;
	const dbc_jsonschema_subschema *owner;
	const char *keyword; /* for messages */
	unsigned kinds; /* bit 1 << kind for the kinds of items it applies to */
	dbc_jsonschema_rule_check check;

	/* operands; each rule uses some of them */
	uint64_t count;
	dbc_decimal number;
	const dbc_json_item *value;
	const char *text;
	dbc_jsonschema_subschema *schema;
	dbc_jsonschema_subschemas schemas;
	const dbc_jsonschema_pattern *pattern;
	const void *more; /* private data of the file that adds the rule */
};

struct dbc_jsonschema_subschema
{
	dbc_jsonschema_subschema *next; /* in the order of discovery */
	const dbc_json_item *item;
	const dbc_jsonschema_location *place; /* in its document */
	dbc_jsonschema_resource *resource;
	dbc_jsonschema_rule *rules;
	dbc_jsonschema_rule **last_rule;
	bool tracks_evaluated; /* has unevaluatedItems or unevaluatedProperties */
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
	const dbc_json_item *roots[2]; /* of the documents ... */
	dbc_jsonschema_subschema *
		*known[2];		  /* ... and the subschemas of their items */
	uint64_t nreferences; /* resolved so far */
} dbc_jsonschema_compiler;

/* Adds a document with all its subschemas; document is 0 for the metaschema. */
extern dbc_jsonschema_subschema *
dbc_jsonschema_add_document(dbc_jsonschema_compiler *c, int document,
							const dbc_json_item *root);

/* Fails unless the value at a place is valid against the metaschema. */
extern void dbc_jsonschema_refuse_invalid(dbc_jsonschema_compiler *c,
										  const dbc_jsonschema_location *place);

extern dbc_jsonschema_rule *
dbc_jsonschema_add_rule(dbc_jsonschema_compiler *c,
						dbc_jsonschema_subschema *schema, const char *keyword,
						unsigned kinds, dbc_jsonschema_rule_check check);

/* Adds a rule for a keyword that is a count, if it exists. */
extern void dbc_jsonschema_add_count_rule(dbc_jsonschema_compiler *c,
										  dbc_jsonschema_subschema *schema,
										  const char *keyword, unsigned kinds,
										  dbc_jsonschema_rule_check check);

/* A count of a schema; all counts too large to be reached are equal. */
extern uint64_t dbc_jsonschema_read_count(dbc_jsonschema_compiler *c,
										  const dbc_json_item *count);

extern const dbc_json_item *
dbc_jsonschema_find_keyword(const dbc_jsonschema_subschema *schema,
							const char *keyword);

/* The subschema, or the subschemas, in the value of a keyword. */
extern dbc_jsonschema_subschema *
dbc_jsonschema_get_subschema(dbc_jsonschema_compiler *c,
							 const dbc_json_item *item);
extern dbc_jsonschema_subschemas
dbc_jsonschema_get_subschemas(dbc_jsonschema_compiler *c,
							  const dbc_json_item *list);

/* Resolves a reference in a schema; fails if the target does not exist. *anchor
 * is set to its anchor, or NULL. */
extern dbc_jsonschema_subschema *
dbc_jsonschema_resolve_reference(dbc_jsonschema_compiler *c,
								 const dbc_jsonschema_subschema *from,
								 const char *keyword, const char *reference,
								 const dbc_jsonschema_anchor **anchor);

extern const dbc_jsonschema_anchor *
dbc_jsonschema_find_anchor(const dbc_jsonschema_resource *resource,
						   const char *name);

/* Fails because of an invalid value of a keyword. */
extern _Noreturn void
dbc_jsonschema_refuse_keyword(dbc_jsonschema_compiler *c,
							  const dbc_jsonschema_subschema *schema,
							  const char *keyword, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Add the rules for groups of keywords. */
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

/* Compiles a regular expression; if it is invalid, returns NULL and sets
 * *problem. */
extern const dbc_jsonschema_pattern *
dbc_jsonschema_compile_pattern(dbc_host *host, const dbc_json_item *text,
							   const char **problem);

/* Compiles the pattern in the value of a keyword, or in a key of it; fails if
 * it is not a regular expression. */
extern const dbc_jsonschema_pattern *
dbc_jsonschema_read_pattern(dbc_jsonschema_compiler *c,
							const dbc_jsonschema_subschema *schema,
							const char *keyword, const dbc_json_item *text);

/* Whether a pattern matches in a string; fails if the match exceeds its
 * limits. */
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

/* The name of a keyword in violations. */
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

/* Released flags that can be reused. */
typedef struct dbc_jsonschema_spare_flags
{
	struct dbc_jsonschema_spare_flags *next;
} dbc_jsonschema_spare_flags;

/* Released flags are reused in sizes of powers of two. */
#define DBC_FLAG_SIZES 40

struct dbc_jsonschema_validation
{
	dbc_host *host;
	const dbc_jsonschema *schema;
	const dbc_jsonschema_scope *scope;
	int depth;		 /* nesting depth of subschemas ... */
	size_t in_place; /* ... and of those for the same value */
	uint64_t steps;
	uint64_t most_steps;
	bool collects; /* collects all violations, instead of the first one */
	dbc_jsonschema_violation *violations;
	size_t nviolations;
	size_t room;
	dbc_buffer text;					/* buffer for messages */
	dbc_jsonschema_keyword_name *names; /* names that were formatted */
	/* released flags, by size */
	dbc_jsonschema_spare_flags *spare[DBC_FLAG_SIZES];
};

/* Check a value against a subschema: the current value, or one nested in it. */
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

/* A value for messages, shortened if it is long. */
extern const char *dbc_jsonschema_item_text(dbc_host *host,
											const dbc_json_item *item);

/* The JSON pointer to a location. */
extern const char *dbc_jsonschema_pointer(dbc_host *host,
										  const dbc_jsonschema_location *at);

/* Reports a violation of a keyword; returns false. */
extern bool dbc_jsonschema_report(dbc_jsonschema_validation *v,
								  const dbc_jsonschema_subschema *schema,
								  const char *keyword,
								  const dbc_jsonschema_location *at,
								  const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* The same; if violations are not collected, the message is not formatted,
 * since most branches of an anyOf fail. */
#define dbc_jsonschema_violates(v, ...) \
	((v)->collects && dbc_jsonschema_report(v, __VA_ARGS__))

/* Allocates zeroed flags, and releases them for reuse: many values of a
 * document need some temporarily. */
extern char *dbc_jsonschema_take_flags(dbc_jsonschema_validation *v,
									   size_t count);
extern void dbc_jsonschema_return_flags(dbc_jsonschema_validation *v,
										char *flags, size_t count);

#endif /* DBC_JSONSCHEMA_KEYWORD_H */
