package revio

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/access"
	"latchkey/internal/soap"
)

// zone puts a tenant's clocks into another zone.
func (c *client) zone(code, name string) {
	c.t.Helper()
	by := access.CommandLine("test")
	tenant, err := c.access.Tenants.ByCode(c.t.Context(), code)
	c.must(err)
	_, err = c.access.Tenants.Change(c.t.Context(), by, tenant.ID, func(t *access.Tenant) { t.TimeZone = name })
	c.must(err)
}

// Days and what somebody read off a clock are no moments: a date of birth is the same wherever it is read.
func TestADayIsToldAsItWasGivenWhateverTheZoneBecomes(t *testing.T) {
	const lifeline = `<Lifeline><LifelineTypeID>1</LifelineTypeID><CertificationDate>2026-03-08T02:30:00</CertificationDate>` +
		`<OriginalCertificationDate>2025-11-02</OriginalCertificationDate></Lifeline>`
	want := map[string]string{
		"DOB": "1980-04-01T00:00:00", "ContractStart": "2026-01-01T00:00:00.25", "ContractEnd": "2027-12-31T23:59:59",
		"CertificationDate":         "2026-03-08T02:30:00", // an hour that New York's clocks passed over
		"OriginalCertificationDate": "2025-11-02T00:00:00", "DateStart": "2026-03-01T00:00:00", "DateEnd": "2026-03-31T00:00:00",
	}
	eachEngine(t, func(c *client) {
		una := c.as("EAST", "una")
		id := una.newcomer(physical + lifeline + `<DOB>1980-04-01</DOB><ContractStart>2026-01-01T00:00:00.25</ContractStart>` +
			`<ContractEnd>2027-12-31T23:59:59</ContractEnd>`)
		posted := una.accepted("Transactions_Create", charge("<ProductID>103</ProductID><CustomerID>"+id+"</CustomerID>"+
			"<DateStart>2026-03-01</DateStart><DateEnd>2026-03-31</DateEnd>"))
		if got := element(posted, "DateStart"); got != want["DateStart"] {
			c.t.Errorf("posted from %s", got)
		}
		for _, zone := range []string{"America/New_York", "America/Los_Angeles", "Pacific/Auckland", "UTC"} {
			una.run(zone, func() {
				una.zone("EAST", zone)
				told := una.customer(id) + una.accepted("Transactions_Query", "<CustomerID>"+id+"</CustomerID>")
				got := map[string]string{}
				for name := range want {
					got[name] = element(told, name)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					una.t.Errorf("(-want +got):\n%s", diff)
				}
				una.unchanged("Customers_Update", "<Customer>"+una.customer(id)+"</Customer>")
			})
		}
	})
}

func TestTodayIsThatOfTheTenant(t *testing.T) {
	eachEngine(t, func(c *client) {
		una := c.as("EAST", "una")
		una.zone("EAST", "Pacific/Auckland") // where noon of 1 June in UTC is the midnight with which 2 June begins
		id := una.newcomer(physical + "<DOB>2026-06-02</DOB>")
		una.refused("S2010", "Customers_Update", "<Customer><ID>"+id+"</ID><DOB>2026-06-03</DOB></Customer>")
		posted := una.accepted("Transactions_Create", charge("<ProductID>103</ProductID><CustomerID>"+id+"</CustomerID>"))
		if from, to := element(posted, "DateStart"), element(posted, "DateEnd"); from != "2026-06-02T00:00:00" || to != from {
			una.t.Errorf("posted from %s to %s", from, to)
		}
	})
}

func TestAMomentIsToldOnTheClockOfTheTenant(t *testing.T) {
	eachEngine(t, func(c *client) {
		una := c.as("EAST", "una")
		id := una.newcomer(physical)
		una.accepted("Transactions_Create", charge("<ProductID>103</ProductID><CustomerID>"+id+"</CustomerID>"))
		for zone, want := range map[string]string{
			"America/New_York": "2026-06-01T08:00:00", "America/Los_Angeles": "2026-06-01T05:00:00", "UTC": "2026-06-01T12:00:00",
		} {
			una.run(zone, func() {
				una.zone("EAST", zone)
				if got := element(una.accepted("Transactions_Query", "<CustomerID>"+id+"</CustomerID>"), "CreatedDate"); got != want {
					una.t.Errorf("created %s, want %s", got, want)
				}
				span := "<Date><Start>" + want + "</Start><End>" + want + "</End></Date>"
				if element(una.accepted("Transactions_Query", span), "CustomerID") != id {
					una.t.Error("not found by the moment of its creation")
				}
			})
		}
	})
}

func TestADayWithAZoneIsThatOfTheTenant(t *testing.T) {
	east, err := clockOf(access.Tenant{TimeZone: "America/New_York"})
	if err != nil {
		t.Fatal(err)
	}
	given := &soap.DateTime{Time: time.Date(1980, 4, 1, 5, 0, 0, 0, time.UTC), Zoned: true}
	if got, want := east.day(given), time.Date(1980, 4, 1, 0, 0, 0, 0, time.UTC); !got.Equal(want) || got.Location() != time.UTC {
		t.Errorf("got %v", got)
	}
}
