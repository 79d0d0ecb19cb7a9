# A music catalogue with what planners assume not to be: few values have most of
# the rows, and columns depend on each other, within a table and across joins.
use strict;
use warnings;

sub between { return $_[0] + int rand($_[1] - $_[0] + 1); }

# A number from 1, small ones far more often.
sub skewed { return 1 + int($_[0] * rand()**$_[1]); }

sub {
	my ($load, $scale) = @_;
	my $note = 'a remark that no query reads';
	my ($labels, $artists, $albums, $tracks, $listeners) = map { 10 + int $_ * $scale } 6000, 50000, 150000, 1000000, 60000;
	my (@label_country, @artist, @album, @track);
	my @days = map { my @t = gmtime(1577836800 + 86400 * $_); sprintf '%04d-%02d-%02d', $t[5] + 1900, $t[4] + 1, $t[3] } 0 .. 730;

	srand 2;
	$load->('country', 60, sub { [$_[0], "country $_[0]", 'region ' . (1 + $_[0] % 6)] });
	$load->('genre', 40, sub { [$_[0], "genre $_[0]", 'family ' . (1 + int($_[0] / 8))] });
	$load->('role', 12, sub { [$_[0], (qw(performer composer producer lyricist engineer remixer guitar bass drums keys strings choir))[$_[0] - 1]] });
	$load->('fact', 15, sub { [$_[0], "fact $_[0]"] });
	$load->('tag', 400, sub { [$_[0], "tag $_[0]"] });
	# large labels are in few countries
	$load->('label', $labels, sub {
		$label_country[ $_[0] ] = skewed(60, 3);
		[$_[0], "label $_[0]", $label_country[ $_[0] ], $_[0] < 20 ? 'major' : between(0, 9) ? 'independent' : 'archive'];
	});
	# a genre comes from a country or two, and has its time
	$load->('artist', $artists, sub {
		my $country = skewed(60, 2.5);
		my $genre = between(0, 4) ? 1 + ($country * 7 + between(0, 1)) % 40 : between(1, 40);
		my $founded = 1950 + ($genre * 3) % 60 + between(0, 10);
		$artist[ $_[0] ] = [$country, $genre, $founded];
		[$_[0], "artist $_[0]", $country, $genre, $founded, (qw(band female male))[between(0, 2)], $note];
	});
	# an album is on a label of the artist's country, most albums are of few artists
	$load->('album', $albums, sub {
		my $by = skewed($artists, 2);
		my ($label, $tries) = (skewed($labels, 3), 4);
		$label = skewed($labels, 3) while $label_country[$label] != $artist[$by][0] && $tries--;
		my $year = $artist[$by][2] + between(0, 15);
		$album[ $_[0] ] = [$by, $year];
		[$_[0], "album $_[0]", $by, $label, $year, $year < 1985 ? 'vinyl' : $year < 2005 ? 'disc' : 'stream', $note];
	});
	$load->('track', $tracks, sub {
		my $on = skewed($albums, 1.3);
		my $genre = between(0, 9) ? $artist[ $album[$on][0] ][1] : between(1, 40);
		$track[ $_[0] ] = [$on, $genre];
		[$_[0], "track $_[0]", $on, $genre, between(60, 500), $album[$on][1] > 1990 && !between(0, 9) ? 1 : 0, $note];
	});
	my $id = 0;
	$load->('credit', $tracks, sub {
		my $t = $_[0];
		map { [++$id, $t, $_ == 1 ? $album[ $track[$t][0] ][0] : skewed($artists, 3), $_ == 1 ? 1 : skewed(12, 2), between(1, 100), $note] } 1 .. between(1, 3);
	});
	$id = 0;
	# the value depends on the fact; most tracks have the first ones
	$load->('track_fact', $tracks, sub {
		my $t = $_[0];
		map { my $f = skewed(15, 2.5); [++$id, $t, $f, "value $f " . skewed(10 * $f * $f, 2)] } 1 .. between(0, 3);
	});
	$id = 0;
	$load->('track_tag', $tracks, sub {
		my $t = $_[0];
		map { [++$id, $t, between(0, 3) ? 1 + ($track[$t][1] * 10 + skewed(10, 2)) % 400 : skewed(400, 3)] } 1 .. between(0, 2);
	});
	$load->('listener', $listeners, sub { [$_[0], "listener $_[0]", skewed(60, 2.5), between(0, 4) ? 'free' : between(0, 3) ? 'single' : 'family', between(1940, 2010)] });
	# few tracks are played often, and new ones on phones
	$load->('play', 3 * $tracks, sub {
		my $t = skewed($tracks, 4);
		[$_[0], skewed($listeners, 2), $t, $days[ skewed(730, 0.7) ], $album[ $track[$t][0] ][1] > 2000 && between(0, 3) ? 'phone' : (qw(radio desktop car))[between(0, 2)], between(5, 500)];
	});
	$load->('remake', int($tracks / 20) + 1, sub { [$_[0], between(1, $tracks), skewed($tracks, 3), (qw(cover remix live sample))[skewed(4, 2) - 1]] });
};
