/*
 * format.c
 *	  The keyword format, if the caller requests its assertion.
 *
 * A format is a regular expression that must match the whole string; a format
 * not in the table is an annotation, as in the standard.  Quantifiers are
 * possessive wherever possible, so that long strings need no backtracking
 * memory.
 */
#include <string.h>

#include "common/jsonschema/keyword.h"

/* clang-format off */
#define DATE \
	"(?:(?:(?:\\d\\d(?:0[48]|[2468][048]|[13579][26])" \
	"|(?:[02468][048]|[13579][26])00)-02-29" \
	"|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])" \
	"|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|1\\d|2[0-8]))))"
/* a leap second is the last second of a day in UTC */
#define TIME \
	"(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?" \
	"(?:[Zz]|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)" \
	"|23:59:60(?:\\.\\d+)?(?:[Zz]|[+-]00:00))"

#define LABEL	 "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
#define HOSTNAME "(?=.{1,253}$)" LABEL "(?:\\." LABEL ")*"

#define BYTE "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)"
#define IPV4 BYTE "(?:\\." BYTE "){3}"
#define H16	 "[0-9A-Fa-f]{1,4}"
#define LS32 "(?:" H16 ":" H16 "|" IPV4 ")"
#define IPV6 \
	"(?:(?:" H16 ":){6}" LS32 \
	"|::(?:" H16 ":){5}" LS32 \
	"|(?:" H16 ")?::(?:" H16 ":){4}" LS32 \
	"|(?:(?:" H16 ":){0,1}" H16 ")?::(?:" H16 ":){3}" LS32 \
	"|(?:(?:" H16 ":){0,2}" H16 ")?::(?:" H16 ":){2}" LS32 \
	"|(?:(?:" H16 ":){0,3}" H16 ")?::" H16 ":" LS32 \
	"|(?:(?:" H16 ":){0,4}" H16 ")?::" LS32 \
	"|(?:(?:" H16 ":){0,5}" H16 ")?::" H16 \
	"|(?:(?:" H16 ":){0,6}" H16 ")?::)"

#define ATOM "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
#define LOCAL_PART \
	"(?:" ATOM "(?:\\." ATOM ")*+|\"(?:[ !#-\\[\\]-~]++|\\\\[ -~])*+\")"

/* the argument more is what IRIs allow in addition to URIs */
#define UNRESERVED		  "A-Za-z0-9._~!$&'()*+,;="
#define ESCAPED			  "%[0-9A-Fa-f]{2}"
#define CHARACTERS(extra) "(?:[" UNRESERVED extra "-]++|" ESCAPED ")"
#define AUTHORITY(more) \
	"//(?:" CHARACTERS(":" more) "*+@)?" \
	"(?:\\[(?:" IPV6 "|[Vv][0-9A-Fa-f]+\\.[" UNRESERVED ":-]+)\\]" \
	"|" CHARACTERS(more) "*+)(?::\\d*)?(?:/" CHARACTERS(":@" more) "*+)*+"
#define PATH(more) \
	"/?(?:" CHARACTERS(":@" more) "++(?:/" CHARACTERS(":@" more) "*+)*+)?"
#define QUERY(more) \
	"(?:\\?" CHARACTERS(":@/?" more) "*+)?(?:#" CHARACTERS(":@/?" more) "*+)?"
#define URI(more) \
	"[A-Za-z][A-Za-z0-9+.-]*:(?:" AUTHORITY(more) "|" PATH(more) ")" \
	QUERY(more)
/* the first segment of a relative path must not contain a colon */
#define REFERENCE(more) \
	"(?:" URI(more) "|(?:" AUTHORITY(more) "|/(?!/)" PATH(more) "|" \
	CHARACTERS("@" more) "*+(?:/" CHARACTERS(":@" more) "*+)*+)" QUERY(more) ")"
#define BEYOND_ASCII "\xc2\xa0-\xf4\x8f\xbf\xbd" /* U+A0 to U+10FFFD */

#define POINTER "(?:/(?:[^~/]++|~[01])*+)*+"
#define VARIABLE \
	"(?:[A-Za-z0-9_]|" ESCAPED ")(?:\\.?(?:[A-Za-z0-9_]|" ESCAPED "))*+" \
	"(?::[1-9]\\d{0,3}|\\*)?"
/* clang-format on */

static const struct
{
	const char *name;
	const char *expression;
} formats[] = {
	{"date", DATE},
	{"date-time", DATE "[Tt]" TIME},
	{"duration", "P(?:\\d+W|(?=\\d|T\\d)(?:\\d+Y(?:\\d+M(?:\\d+D)?)?|"
				 "\\d+M(?:\\d+D)?|\\d+D)?(?:T(?:\\d+H(?:\\d+M(?:\\d+S)?)?|"
				 "\\d+M(?:\\d+S)?|\\d+S))?)"},
	{"email", LOCAL_PART "@(?:" HOSTNAME "|\\[(?:" IPV4 "|IPv6:" IPV6 ")\\])"},
	{"hostname", HOSTNAME},
	{"ipv4", IPV4},
	{"ipv6", IPV6},
	{"iri", URI(BEYOND_ASCII)},
	{"iri-reference", REFERENCE(BEYOND_ASCII)},
	{"json-pointer", POINTER},
	{"relative-json-pointer", "(?:0|[1-9]\\d*)(?:#|" POINTER ")"},
	{"time", TIME},
	{"uri", URI("")},
	{"uri-reference", REFERENCE("")},
	{"uri-template",
	 "(?:[^\\x00-\\x20\"'%<>\\\\^`{|}]++|" ESCAPED
	 "|\\{[+#./;?&=,!@|]?" VARIABLE "(?:," VARIABLE ")*+\\})*+"},
	{"uuid", "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"},
};

/* Reports that a string does not match a format. */
static bool
violates_format(dbc_jsonschema_validation *v, const dbc_jsonschema_rule *rule,
				const dbc_jsonschema_location *at)
{
	return dbc_jsonschema_violates(v, rule->owner, rule->keyword, at,
								   "is not of format %s", rule->text);
}

/* Checks a format of the table. */
static bool
check_format(dbc_jsonschema_validation *v, const dbc_jsonschema_rule *rule,
			 const dbc_jsonschema_location *at)
{
	return dbc_jsonschema_match_pattern(v->host, rule->pattern, at->item) ||
		   violates_format(v, rule, at);
}

/* Checks the format regex. */
static bool
check_regex(dbc_jsonschema_validation *v, const dbc_jsonschema_rule *rule,
			const dbc_jsonschema_location *at)
{
	const char *problem;

	return dbc_jsonschema_compile_pattern(v->host, at->item, &problem) !=
			   NULL ||
		   violates_format(v, rule, at);
}

/* The expression of a format for the whole string; NULL if the format is
 * unknown. */
static const dbc_json_item *
expression_of(dbc_host *host, const dbc_json_item *format)
{
	dbc_json_item *expression;

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (dbc_json_string_is(format, formats[i].name))
		{
			expression = dbc_alloc(host, sizeof(*expression));
			expression->kind = DBC_I_STRING;
			expression->text =
				dbc_format(host, "^(?:%s)$", formats[i].expression);
			expression->length = (uint32_t) strlen(expression->text);
			return expression;
		}
	return NULL;
}

/* Adds the rule of format. */
void
dbc_jsonschema_add_format_rules(dbc_jsonschema_compiler *c,
								dbc_jsonschema_subschema *schema)
{
	const dbc_json_item *format = dbc_jsonschema_find_keyword(schema, "format");
	dbc_jsonschema_rule *rule;
	const dbc_json_item *expression;

	if (!c->formats || !format)
		return;
	expression = expression_of(c->host, format);
	if (!expression && !dbc_json_string_is(format, "regex"))
		return;
	rule = dbc_jsonschema_add_rule(c, schema, "format", DBC_ON_STRINGS,
								   expression ? check_format : check_regex);
	rule->text = dbc_json_string(c->host, format);
	if (expression)
		rule->pattern =
			dbc_jsonschema_read_pattern(c, schema, "format", expression);
}
