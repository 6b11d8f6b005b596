package intl

import "strings"

const unitNames = "acre bit byte celsius centimeter day degree fahrenheit fluid-ounce foot gallon gigabit gigabyte gram hectare hour " +
	"inch kilobit kilobyte kilogram kilometer liter megabit megabyte meter microsecond mile mile-scandinavian milliliter millimeter " +
	"millisecond minute month nanosecond ounce percent petabyte pound second stone terabit terabyte week yard year"

// supportedValues answers Intl.supportedValuesOf.
func supportedValues(key string) []string {
	switch key {
	case "calendar":
		return calendarNames()
	case "collation":
		return []string{"phonebk", "pinyin", "stroke", "trad", "zhuyin"}
	case "currency":
		return currencyCodes()
	case "numberingSystem":
		return systems()
	case "timeZone":
		return zoneNames()
	case "unit":
		return strings.Fields(unitNames)
	}
	return nil
}

func currencyCodes() []string {
	codes, _ := general(fractions, "*")
	return strings.Fields(codes)
}

func zoneNames() []string {
	list, _ := general(zoneInfo, "*")
	return strings.Fields(list)
}
