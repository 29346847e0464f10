"""Writes the public holidays of every calendar, for `cargo xtask calendars`. Standard output is the data file."""

from datetime import date, timedelta

import holidays
from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter

FIRST, LAST = 2018, 2035

# Code, zone of its authority, country and subdivision in the package, name.
STATES = """
AT Europe/Vienna AT - Austria
BE Europe/Brussels BE - Belgium
BG Europe/Sofia BG - Bulgaria
BR America/Sao_Paulo BR - Brazil
CH Europe/Zurich CH - Switzerland
CY Asia/Nicosia CY - Cyprus
CZ Europe/Prague CZ - Czechia
DE Europe/Berlin DE - Germany, holidays of every Land
DE-BB Europe/Berlin DE BB Brandenburg
DE-BE Europe/Berlin DE BE Berlin
DE-BW Europe/Berlin DE BW Baden-Württemberg
DE-BY Europe/Berlin DE BY Bavaria
DE-HB Europe/Berlin DE HB Bremen
DE-HE Europe/Berlin DE HE Hesse
DE-HH Europe/Berlin DE HH Hamburg
DE-MV Europe/Berlin DE MV Mecklenburg-Vorpommern
DE-NI Europe/Berlin DE NI Lower Saxony
DE-NW Europe/Berlin DE NW North Rhine-Westphalia
DE-RP Europe/Berlin DE RP Rhineland-Palatinate
DE-SH Europe/Berlin DE SH Schleswig-Holstein
DE-SL Europe/Berlin DE SL Saarland
DE-SN Europe/Berlin DE SN Saxony
DE-ST Europe/Berlin DE ST Saxony-Anhalt
DE-TH Europe/Berlin DE TH Thuringia
DK Europe/Copenhagen DK - Denmark
EE Europe/Tallinn EE - Estonia
ES Europe/Madrid ES - Spain
FI Europe/Helsinki FI - Finland
FR Europe/Paris FR - France
GB-EAW Europe/London GB ENG England and Wales
GB-NIR Europe/London GB NIR Northern Ireland
GB-SCT Europe/London GB SCT Scotland
GR Europe/Athens GR - Greece
HR Europe/Zagreb HR - Croatia
HU Europe/Budapest HU - Hungary
IE Europe/Dublin IE - Ireland
IS Atlantic/Reykjavik IS - Iceland
IT Europe/Rome IT - Italy
LI Europe/Vaduz LI - Liechtenstein
LT Europe/Vilnius LT - Lithuania
LU Europe/Luxembourg LU - Luxembourg
LV Europe/Riga LV - Latvia
MT Europe/Malta MT - Malta
NL Europe/Amsterdam NL - Netherlands
NO Europe/Oslo NO - Norway
PL Europe/Warsaw PL - Poland
PT Europe/Lisbon PT - Portugal
RO Europe/Bucharest RO - Romania
SE Europe/Stockholm SE - Sweden
SI Europe/Ljubljana SI - Slovenia
SK Europe/Bratislava SK - Slovakia
US America/New_York US - United States, federal
"""

# Spain: the package leaves out a national holiday that falls on a Sunday, as the regions may move it.
SPAIN = [(1, 1), (1, 6), (5, 1), (8, 15), (10, 12), (11, 1), (12, 6), (12, 8), (12, 25)]

HEAD = f"""\
# Public holidays by calendar, {FIRST} to {LAST}. Written by `cargo xtask calendars`; don't edit: corrections are configuration.
#
# Source of the states: the Python package holidays {holidays.__version__} (MIT), category "public". Changed against it:
# feasts that always are Sundays (Easter and Whit Sunday, mothers' and fathers' days) are left out, since a Sunday is no
# working day anyway; national holidays of Spain that fall on a Sunday are put back.
# Source of EU: the days in the Commission's yearly decisions under Article 61 of the Staff Regulations, staff in Brussels
# (for example the decision of 25 May 2021 for 2023, OJ C 201I, 28.5.2021, p. 2). Years whose decision adds or drops
# a day need a correction.
#
# One line a calendar: code, zone, name. Below it one line a year: the dates as month and day.
source holidays {holidays.__version__}
years {FIRST} {LAST}"""


def always_a_sunday(code, day, name):
    """A feast whose rule names a Sunday: nothing of it is lost by leaving it to the Sundays."""
    if day.weekday() != 6:
        return False
    feasts = {
        easter(day.year, method) + timedelta(days)
        for method in (EASTER_WESTERN, EASTER_ORTHODOX)
        for days in (0, 49)
    }
    words = ("Easter", "Pentecost", "Whit", "Mother's Day", "Father's Day")
    parts = [part for part in name.split("; ") if not any(word in part for word in words)]
    return not parts and (day in feasts or "'s Day" in name)


def of_state(code, country, subdivision, year):
    found = holidays.country_holidays(
        country, subdiv=None if subdivision == "-" else subdivision, years=[year], language="en_US"
    )
    days = {day for day, name in found.items() if not always_a_sunday(code, day, name)}
    if code == "ES":
        days |= {date(year, month, day) for month, day in SPAIN}
    return {day for day in days if day.year == year}


def of_the_union(year):
    sunday = easter(year, EASTER_WESTERN)
    fixed = [(1, 1), (1, 2), (5, 1), (5, 9), (7, 21), (8, 15), (11, 1), (11, 2)]
    fixed += [(12, day) for day in range(24, 32)]
    # Maundy Thursday, Good Friday, Easter Monday, Ascension Day and the day after it, Whit Monday.
    return {date(year, m, d) for m, d in fixed} | {sunday + timedelta(n) for n in (-3, -2, 1, 39, 40, 50)}


def show(code, zone, name, of_year):
    print(code, zone, name)
    for year in range(FIRST, LAST + 1):
        print(year, *(day.strftime("%m%d") for day in sorted(of_year(year))))


print(HEAD)
for line in STATES.strip().splitlines():
    code, zone, country, subdivision, name = line.split(" ", 4)
    show(code, zone, name, lambda year: of_state(code, country, subdivision, year))
show("EU", "Europe/Brussels", "Institutions of the European Union", of_the_union)
