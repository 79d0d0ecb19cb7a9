/*
 * metrics_text.c
 *	  Writing metrics; see health/metrics_text.h.
 */
#include "common/health/metrics_text.h"

#include <math.h>

typedef enum kind
{
	KIND_GAUGE,
	KIND_COUNTER
} kind;

typedef struct family
{
	const char *name;
	kind kind;
	const char *unit; /* or NULL */
	const char *help;
} family;

#define DBC_METRIC(name, kind, unit, help) {#name, KIND_##kind, unit, help},
static const family families[] = {
#include "common/health/metrics.def"
};
#undef DBC_METRIC

/* Appends a label with its value. */
static void
append_label(dbc_buffer *buffer, const char *name, const char *value)
{
	dbc_append_format(buffer, "%s%s=\"", buffer->length ? "," : "", name);
	for (; *value; value++)
	{
		if (*value == '\n')
			dbc_append(buffer, "\\n");
		else if (*value == '\\' || *value == '"')
			dbc_append_format(buffer, "\\%c", *value);
		else
			dbc_append_bytes(buffer, value, 1);
	}
	dbc_append(buffer, "\"");
}

void
dbc_health_begin_metrics(dbc_health_metrics *metrics, dbc_host *host,
						 const char *database)
{
	dbc_buffer labels;

	dbc_buffer_init(&labels, host);
	append_label(&labels, "engine", host->engine_name);
	append_label(&labels, "database", database);
	dbc_buffer_init(&metrics->text, host);
	metrics->labels = labels.data;
	metrics->last = DBC_NMETRICS;
}

/* Appends the metadata lines of a family. */
static void
append_head(dbc_buffer *text, const family *family)
{
	if (family->kind == KIND_GAUGE)
		dbc_append_format(text, "# TYPE %s gauge\n", family->name);
	if (family->unit)
		dbc_append_format(text, "# UNIT %s %s\n", family->name, family->unit);
	dbc_append_format(text, "# HELP %s %s\n", family->name, family->help);
}

void
dbc_health_add_metric(dbc_health_metrics *metrics, dbc_health_metric metric,
					  double value, ...)
{
	dbc_host *host = metrics->text.host;
	const family *family = &families[metric];
	dbc_buffer labels;
	const char *name;
	va_list args;

	if (isnan(value))
		return;
	if (metrics->last != metric)
		append_head(&metrics->text, family);
	metrics->last = metric;
	dbc_buffer_init(&labels, host);
	dbc_append(&labels, metrics->labels);
	va_start(args, value);
	while ((name = va_arg(args, const char *)) != NULL)
		append_label(&labels, name, va_arg(args, const char *));
	va_end(args);
	dbc_append_format(&metrics->text, "%s{%s} %s\n", family->name, labels.data,
					  dbc_real_text(host, value));
}

const char *
dbc_health_end_metrics(dbc_health_metrics *metrics)
{
	dbc_append(&metrics->text, "# EOF");
	return metrics->text.data;
}
