/*
 * uri.c
 *	  URI references (RFC 3986), as far as JSON Schema requires them.
 */
#include "common/jsonschema/uri.h"

#include <string.h>

#include "common/core/text.h"

/* The parts of a URI; missing parts are NULL, but path never is. */
typedef struct uri
{
	const char *scheme;
	const char *authority;
	const char *path;
	const char *query;
} uri;

/* Splits *text after the first character of a set, and returns the part before
 * that character. */
static const char *
cut(dbc_host *host, const char **text, const char *ends)
{
	size_t length = strcspn(*text, ends);
	const char *part = dbc_copy(host, *text, length);

	*text += length;
	return part;
}

/* Splits a reference into its parts. */
static uri
split_uri(dbc_host *host, const char *text)
{
	size_t scheme = strcspn(text, ":/?#");
	uri parts = {0};

	if (scheme > 0 && text[scheme] == ':')
	{
		parts.scheme = dbc_copy(host, text, scheme);
		text += scheme + 1;
	}
	if (dbc_starts_with(text, "//"))
	{
		text += 2;
		parts.authority = cut(host, &text, "/?#");
	}
	parts.path = cut(host, &text, "?#");
	if (*text == '?')
	{
		text++;
		parts.query = cut(host, &text, "#");
	}
	return parts;
}

/* Removes "." and ".." from a path. */
static const char *
without_dots(dbc_host *host, const char *path)
{
	char *result = dbc_alloc(host, strlen(path) + 2);
	size_t length = 0;

	while (*path)
	{
		size_t segment = strcspn(path + 1, "/") + 1;
		bool last = path[segment] == '\0';
		const char *name = *path == '/' ? path + 1 : path;
		size_t named = segment - (size_t) (name - path);
		bool up = named == 2 && memcmp(name, "..", 2) == 0;

		if (up)
			while (length > 0 && result[--length] != '/')
				;
		if (up || (named == 1 && *name == '.'))
		{
			if (last)
				result[length++] = '/';
		}
		else
		{
			memcpy(result + length, path, segment);
			length += segment;
		}
		path += segment;
	}
	result[length] = '\0';
	return result;
}

/* Replaces the last segment of the base's path by a relative path. */
static const char *
merge_paths(dbc_host *host, const uri *base, const char *path)
{
	const char *slash = strrchr(base->path, '/');

	if (!slash)
		return base->authority ? dbc_format(host, "/%s", path) : path;
	return dbc_format(host, "%.*s%s", (int) (slash - base->path) + 1,
					  base->path, path);
}

/* Joins the parts of a URI. */
static const char *
join_uri(dbc_host *host, const uri *parts)
{
	return dbc_format(
		host, "%s%s%s%s%s%s%s", parts->scheme ? parts->scheme : "",
		parts->scheme ? ":" : "", parts->authority ? "//" : "",
		parts->authority ? parts->authority : "", parts->path,
		parts->query ? "?" : "", parts->query ? parts->query : "");
}

const char *
dbc_jsonschema_resolve_uri(dbc_host *host, const char *base,
						   const char *reference)
{
	uri result = split_uri(host, reference);
	uri from = split_uri(host, base);

	if (result.scheme)
		return join_uri(host, &result);
	result.scheme = from.scheme;
	if (result.authority)
		return join_uri(host, &result);
	result.authority = from.authority;
	if (!*result.path)
	{
		result.path = from.path;
		if (!result.query)
			result.query = from.query;
	}
	else if (*result.path == '/')
		result.path = without_dots(host, result.path);
	else
		result.path = without_dots(host, merge_paths(host, &from, result.path));
	return join_uri(host, &result);
}

/* The value of a hexadecimal digit, or -1. */
static int
digit_value(char digit)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	const char *found = digit ? strchr(digits, digit) : NULL;

	if (!found)
		return -1;
	return found - digits < 16 ? (int) (found - digits)
							   : (int) (found - digits) - 6;
}

const char *
dbc_jsonschema_uri_fragment(dbc_host *host, const char *reference)
{
	const char *from = strchr(reference, '#');
	char *fragment;
	char *to;

	if (!from)
		return "";
	fragment = to = dbc_alloc(host, strlen(from));
	for (from++; *from; from++)
	{
		int high = *from == '%' ? digit_value(from[1]) : -1;
		int low = high >= 0 ? digit_value(from[2]) : -1;

		if (low < 0)
			*to++ = *from;
		else
		{
			*to++ = (char) (high * 16 + low);
			from += 2;
		}
	}
	return fragment;
}
