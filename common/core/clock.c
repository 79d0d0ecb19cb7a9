/*
 * clock.c
 *	  Reading the clock, and converting times from and to text.
 */
#include "common/core/clock.h"

#include <ctype.h>
#include <time.h>

#include "common/core/text.h"

/* The range of dates and offsets that is accepted. */
#define FIRST_YEAR 1001
#define LAST_YEAR  9998

int64_t
dbc_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

const char *
dbc_time_text(dbc_host *host, int64_t ms)
{
	int64_t fraction = ((ms % 1000) + 1000) % 1000;
	time_t whole = (time_t) ((ms - fraction) / 1000);
	struct tm utc;
	char seconds[32];

	gmtime_r(&whole, &utc);
	strftime(seconds, sizeof(seconds), "%Y-%m-%dT%H:%M:%S", &utc);
	return dbc_format(host, "%s.%03dZ", seconds, (int) fraction);
}

const char *
dbc_now(dbc_host *host)
{
	return dbc_time_text(host, dbc_now_ms());
}

/* ---- parsing ---- */

/* Parses exactly so many digits as a number up to limit; false if there is no
 * such number. */
static bool
take_digits(const char **text, int digits, int limit, int *number)
{
	*number = 0;
	while (digits-- > 0)
	{
		if (!isdigit((unsigned char) **text))
			return false;
		*number = 10 * *number + *(*text)++ - '0';
	}
	return *number <= limit;
}

/* Skips a character, if it is the next one. */
static bool
take(const char **text, char wanted)
{
	if (**text != wanted)
		return false;
	(*text)++;
	return true;
}

/* Parses an optional fraction of a second as milliseconds. */
static bool
take_fraction(const char **text, int *milliseconds)
{
	int worth = 100;

	if (!take(text, '.'))
		return true;
	if (!isdigit((unsigned char) **text))
		return false;
	for (; isdigit((unsigned char) **text); (*text)++, worth /= 10)
		*milliseconds += worth * (**text - '0');
	return true;
}

/* Parses an optional time of day, in milliseconds. */
static bool
take_clock(const char **text, int *milliseconds)
{
	int hour;
	int minute;
	int second = 0;

	if (!take(text, 'T') && !take(text, ' '))
		return true;
	if (!take_digits(text, 2, 23, &hour) || !take(text, ':') ||
		!take_digits(text, 2, 59, &minute))
		return false;
	if (take(text, ':') && (!take_digits(text, 2, 59, &second) ||
							!take_fraction(text, milliseconds)))
		return false;
	*milliseconds += ((hour * 60 + minute) * 60 + second) * 1000;
	return true;
}

/* Parses an optional offset from UTC, in minutes. */
static bool
take_zone(const char **text, int *minutes)
{
	int sign = **text == '-' ? -1 : 1;
	int hour;
	int minute = 0;

	if (take(text, 'Z') || **text == '\0')
		return true;
	if (!take(text, '+') && !take(text, '-'))
		return false;
	if (!take_digits(text, 2, 15, &hour))
		return false;
	if (**text && !(take(text, ':') && take_digits(text, 2, 59, &minute)))
		return false;
	*minutes = sign * (60 * hour + minute);
	return true;
}

/* Days from 1970 to a date of the Gregorian calendar.  Years start in March, so
 * that a leap day is the last day of a year. */
static int64_t
days_to(int year, int month, int day)
{
	int64_t y = month > 2 ? year : year - 1;
	int64_t day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;

	return y * 365 + y / 4 - y / 100 + y / 400 + day_of_year - 719468;
}

/* Parses a date as seconds since 1970. */
static bool
take_date(const char **text, time_t *seconds)
{
	struct tm back;
	int year;
	int month;
	int day;

	if (!take_digits(text, 4, LAST_YEAR, &year) || year < FIRST_YEAR ||
		!take(text, '-') || !take_digits(text, 2, 12, &month) ||
		!take(text, '-') || !take_digits(text, 2, 31, &day))
		return false;
	*seconds = (time_t) days_to(year, month, day) * 86400;
	gmtime_r(seconds, &back);
	/* rejects February 30 */
	return back.tm_mon + 1 == month && back.tm_mday == day;
}

bool
dbc_parse_time(const char *text, int64_t *ms)
{
	time_t date;
	int milliseconds = 0;
	int zone = 0;

	if (!take_date(&text, &date) || !take_clock(&text, &milliseconds) ||
		!take_zone(&text, &zone) || *text)
		return false;
	*ms = ((int64_t) date - zone * 60) * 1000 + milliseconds;
	return true;
}

bool
dbc_parse_time_of_day(const char *text, int *minutes)
{
	int hour;
	int minute;

	if (!take_digits(&text, 2, 23, &hour) || !take(&text, ':') ||
		!take_digits(&text, 2, 59, &minute) || *text)
		return false;
	*minutes = 60 * hour + minute;
	return true;
}

int64_t
dbc_microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t) now.tv_sec * 1000000 + now.tv_nsec / 1000;
}
