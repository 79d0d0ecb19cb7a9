/*
 * html.c
 *	  Writing HTML; see health/html.h.
 */
#include "common/health/html_page.h"

#include <math.h>
#include <string.h>

#include <openssl/sha.h>

#define REPLACEMENT "\xEF\xBF\xBD"

/* The replacement of a character that is markup or invalid in HTML, and its length; NULL if
 * it needs none. */
static const char *
escape_of(const char *text, size_t *length)
{
	const unsigned char *c = (const unsigned char *) text;

	*length = 1;
	switch (*c)
	{
		case '&':
			return "&amp;";
		case '<':
			return "&lt;";
		case '>':
			return "&gt;";
		case '"':
			return "&quot;";
		case '\'':
			return "&#39;";
		case '\t':
		case '\n':
			return NULL;
		/* control characters up to U+009F, U+FFFE and U+FFFF are invalid in HTML */
		case 0xC2:
			*length = 2;
			return c[1] >= 0x80 && c[1] < 0xA0 ? REPLACEMENT : NULL;
		case 0xEF:
			*length = 3;
			return c[1] == 0xBF && c[2] >= 0xBE ? REPLACEMENT : NULL;
		default:
			return *c < 0x20 || *c == 0x7f ? REPLACEMENT : NULL;
	}
}

/* Appends escaped text. */
static void
append_text(dbc_buffer *page, const char *text)
{
	const char *start = text;

	while (*text)
	{
		size_t length;
		const char *escape = escape_of(text, &length);

		if (!escape)
		{
			text++;
			continue;
		}
		dbc_append_bytes(page, start, (size_t) (text - start));
		dbc_append(page, escape);
		text += length;
		start = text;
	}
	dbc_append(page, start);
}

void
dbc_health_append_markup(dbc_buffer *page, const char *markup, ...)
{
	const char *percent;
	const char *text;
	va_list args;

	va_start(args, markup);
	for (; (percent = strchr(markup, '%')) != NULL; markup = percent)
	{
		dbc_append_bytes(page, markup, (size_t) (percent - markup));
		if (percent[1] == 's')
		{
			text = va_arg(args, const char *);
			append_text(page, text ? text : "");
			percent += 2;
		}
		else if (percent[1] == 'd')
		{
			dbc_append_format(page, "%d", va_arg(args, int));
			percent += 2;
		}
		else if (percent[1] == '%')
		{
			dbc_append(page, "%");
			percent += 2;
		}
		else
		{
			dbc_append_format(page, "%lld", va_arg(args, long long));
			percent += 4;
		}
	}
	va_end(args);
	dbc_append(page, markup);
}

/* Appends a time, shown in seconds. */
void
dbc_health_append_time(dbc_buffer *page, const char *iso)
{
	/* 2026-11-20T10:00:00.000Z */
	size_t day = strcspn(iso, "T");
	const char *time = iso + day + (iso[day] == 'T');

	dbc_health_append_markup(page, "<time datetime=\"%s\">%s %s UTC</time>",
							 iso, dbc_copy(page->host, iso, day),
							 dbc_copy(page->host, time, strcspn(time, ".Z")));
}

const char *
dbc_health_decimals_text(dbc_host *host, double number, int decimals)
{
	double scale = pow(10, decimals);

	/* adding zero turns minus zero into zero */
	return dbc_real_text(host, round(number * scale) / scale + 0.0);
}

const char *
dbc_health_policy_hash(dbc_host *host, const char *text)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
								 "abcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned char hash[SHA256_DIGEST_LENGTH + 1] = {0};
	dbc_buffer buffer;

	SHA256((const unsigned char *) text, strlen(text), hash);
	dbc_buffer_init(&buffer, host);
	dbc_append(&buffer, "sha256-");
	/* three bytes become four digits; the last group lacks one byte */
	for (size_t i = 0; i < sizeof(hash); i += 3)
	{
		unsigned bits = (unsigned) hash[i] << 16 | (unsigned) hash[i + 1] << 8 |
						hash[i + 2];

		for (int shift = 18; shift >= 0; shift -= 6)
			dbc_append_bytes(&buffer, &digits[bits >> shift & 63], 1);
	}
	buffer.data[buffer.length - 1] = '=';
	return buffer.data;
}

/* ---- parts of sections ---- */

void
dbc_health_open_section(dbc_health_page *page, const char *id,
						const char *heading)
{
	dbc_health_append_markup(
		&page->text,
		"<section id=\"%s\" aria-labelledby=\"%s-heading\">\n"
		"<h2 id=\"%s-heading\">%s</h2>\n",
		id, id, id, heading);
}

void
dbc_health_close_section(dbc_health_page *page)
{
	dbc_append(&page->text, "</section>\n");
}

void
dbc_health_open_table(dbc_health_page *page, const char *class,
					  const char *caption, const char *columns)
{
	dbc_health_append_markup(
		&page->text,
		"<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
		"aria-label=\"%s\">\n<table class=\"%s\">\n"
		"<caption>%s</caption>\n<thead><tr>",
		caption, class, caption);
	dbc_append(&page->text, columns);
	dbc_append(&page->text, "</tr></thead>\n<tbody>\n");
}

void
dbc_health_close_table(dbc_health_page *page)
{
	dbc_append(&page->text, "</tbody>\n</table>\n</div>\n");
}

void
dbc_health_append_number(dbc_health_page *page, const char *name, double number,
						 const char *text)
{
	if (isnan(number))
		dbc_append(&page->text, "<td class=\"number\"></td>");
	else
		dbc_health_append_markup(&page->text,
								 "<td class=\"number\" data-name=\"%s\" "
								 "data-value=\"%s\">%s</td>",
								 name, dbc_real_text(page->host, number), text);
}

void
dbc_health_append_amount(dbc_health_page *page, const char *name,
						 const dbc_rows *rows, int row, int col, bool bytes)
{
	dbc_host *host = page->host;
	int64_t amount = dbc_get_int_or(host, rows, row, col, -1);

	if (amount < 0)
		dbc_health_append_number(page, name, NAN, NULL);
	else
		dbc_health_append_number(page, name, (double) amount,
								 bytes ? dbc_bytes_text(host, (double) amount)
									   : dbc_grouped_text(host, amount));
}

void
dbc_health_append_bar(dbc_health_page *page, double part, double whole)
{
	double percent = whole > 0 && part > 0 ? 100 * part / whole : 0;

	dbc_health_append_markup(
		&page->text,
		"<td class=\"bar\"><svg viewBox=\"0 0 100 8\" "
		"preserveAspectRatio=\"none\" aria-hidden=\"true\">"
		"<rect width=\"%s\" height=\"8\"/></svg></td>",
		dbc_health_decimals_text(page->host, percent, 1));
}

/* Runs a query in a guard; appends its error and returns false if it fails. */
bool
dbc_health_query_for_page(dbc_health_page *page, void (*fn)(dbc_host *, void *),
						  void *arg)
{
	dbc_error error;

	if (dbc_guard(page->host, fn, arg, DBC_KEEP, true, &error))
		return true;
	dbc_health_append_markup(&page->text,
							 "<p>This section could not be read: %s.</p>\n",
							 error.message);
	return false;
}

void
dbc_health_report_omitted(dbc_health_page *page, int64_t left,
						  const char *thing, const char *function)
{
	if (left > 0)
		dbc_health_append_markup(
			&page->text,
			"<p class=\"rest\">And %s more %s%s: <code>%s</code> lists "
			"them all.</p>\n",
			dbc_grouped_text(page->host, left), thing, left == 1 ? "" : "s",
			function);
}
