#!/usr/bin/perl
# Writes the pages of the manual as mkdocs reads them: README.md is the first page, and
# what GitHub and Python's Markdown read in two ways is written in that of the latter.
#
# usage: doc/site/pages.pl DIRECTORY
use strict;
use warnings;
use File::Basename;
use File::Copy;

my ($to) = @ARGV;
my @pages = ('README.md', 'CHANGELOG.md', 'SECURITY.md', <doc/*.md>);

# A link that is a file of the site, relative to the page, which lies in no folder.
sub linked
{
	my ($page, $target) = @_;

	return $target if $target =~ /^(https?:|#)/;
	$target = dirname($page) . "/$target";
	1 while $target =~ s{(^|/)(?!\.\./)[^/]+/\.\./}{$1};
	$target =~ s{^(\./)+}{};
	$target =~ s{^doc/}{};
	return $target =~ s{^README\.md}{index.md}r;
}

for my $page (@pages)
{
	my ($fenced, $listed);

	open my $in, '<', $page or die "$page: $!\n";
	open my $out, '>', "$to/" . ($page eq 'README.md' ? 'index.md' : basename $page) or die "$page: $!\n";
	while (<$in>)
	{
		$listed = /^\d+\. / || $listed && /^(   |$)/ unless $fenced;
		$fenced = !$fenced if s/^( *```\w*).*/$1/;
		if (!$fenced)
		{
			s/(\]\()([^)]+)(\))/$1 . linked($page, $2) . $3/ge;
			# a bar in the code of a table
			s/`[^`]*`/$& =~ s{\\\|}{|}gr/ge if /^\|/;
		}
		# what belongs to an item is indented by four
		s/^   /    / if $listed;
		print $out $_;
	}
}
copy($_, $to) or die "$_: $!\n" for <doc/*.png>, 'doc/site/site.css', 'LICENSE', 'META.json';
