package revio

import (
	"fmt"
	"testing"

	"latchkey/internal/catalogue"
)

func TestEveryMemberOfTheAvailabilityLocationsIsTaken(t *testing.T) {
	packages, products := enum_Package_Availability_Location("").Members(), enum_Product_Availability_Location("").Members()
	eachEngine(t, func(c *client) {
		var offered catalogue.Entries
		for i, word := range packages {
			offered.Packages = append(offered.Packages, catalogue.Package{
				ID: catalogue.PackageID(1000 + i), Name: word, Provider: 1, Category: 77, Locations: []string{word},
			})
		}
		for i, word := range products {
			offered.Products = append(offered.Products, catalogue.Product{
				ID: catalogue.ProductID(1000 + i), Name: word, Type: 1, Category: 77, Locations: []string{word},
			})
		}
		c.load(c.t, "ACME", catalogue.Import{Entries: offered})
		for _, in := range []struct {
			operation, category, enumeration string
			words                            []string
		}{
			{"Packages_Query", "PackageCategoryID", "Enum_Package_Availability_Location", packages},
			{"Products_Query", "ProductCategoryID", "Enum_Product_Availability_Location", products},
		} {
			const content = "<%s>77</%[1]s><AvailabilityLocation>%s</AvailabilityLocation>"
			for _, word := range in.words {
				c.run(in.operation+" "+word, func() {
					if got := elements(c.accepted(in.operation, fmt.Sprintf(content, in.category, word)), "Name"); fmt.Sprint(got) != "["+word+"]" {
						c.t.Errorf("found %v", got)
					}
				})
			}
			c.run(in.operation+" an unknown one", func() {
				c.unread("'ODD' is not a valid value for "+in.enumeration+".", in.operation, fmt.Sprintf(content, in.category, "ODD"))
			})
		}
	})
}

func TestEveryMemberOfEnumCustomerClassFindsWhatIsForIt(t *testing.T) {
	eachEngine(t, func(c *client) {
		for _, r := range []struct{ operation, word, want string }{
			{"Packages_Query", "Business", "[201 202 203 204 205]"},
			{"Packages_Query", "Residential", "[201 202 203 205]"},
			{"Products_Query", "Business", "[101 102 103 104 105]"},
			{"Products_Query", "Residential", "[101 102 103 104]"},
		} {
			c.run(r.operation+" "+r.word, func() {
				answer := c.accepted(r.operation, "<CustomerClass>"+r.word+"</CustomerClass>")
				found := elements(answer, map[string]string{"Packages_Query": "Package", "Products_Query": "Product"}[r.operation])
				for i := range found {
					found[i] = element(found[i], "ID")
				}
				if fmt.Sprint(found) != r.want {
					c.t.Errorf("found %v, want %s", found, r.want)
				}
			})
		}
		for _, operation := range []string{"Packages_Query", "Products_Query"} {
			c.run(operation+" an unknown one", func() {
				c.unread("'ODD' is not a valid value for Enum_Customer_Class.", operation, "<CustomerClass>ODD</CustomerClass>")
			})
		}
	})
}

func TestEveryMemberOfEnumCarrierCodeFindsWhatItsProviderSells(t *testing.T) {
	eachEngine(t, func(c *client) {
		var more catalogue.Entries
		words := members(enum_Carrier_Code("").Members(), "NONE")
		for i, word := range words {
			id := catalogue.ProviderID(1000 + i)
			more.Providers = append(more.Providers, catalogue.Provider{ID: id, Name: "The " + word, Code: word})
			more.Packages = append(more.Packages, catalogue.Package{ID: catalogue.PackageID(id), Name: word, Provider: id})
			more.Products = append(more.Products, catalogue.Product{ID: catalogue.ProductID(id), Name: word, Type: 1, Provider: id})
		}
		for _, p := range sold().Providers { // a code is one provider's
			p.Code = ""
			more.Providers = append(more.Providers, p)
		}
		c.load(c.t, "ACME", catalogue.Import{Entries: more})
		for _, operation := range []string{"Packages_Query", "Products_Query"} {
			for _, word := range words {
				c.run(operation+" "+word, func() {
					if got := elements(c.accepted(operation, "<CarrierCode>"+word+"</CarrierCode>"), "Name"); fmt.Sprint(got) != "["+word+"]" {
						c.t.Errorf("found %v", got)
					}
				})
			}
			c.run(operation+" NONE makes no sense", func() {
				message := c.refused("S2010", operation, "<CarrierCode>NONE</CarrierCode>")
				if message != "CarrierCode NONE names no provider; leave CarrierCode out." {
					c.t.Errorf("message %q", message)
				}
			})
			c.run(operation+" an unknown one", func() {
				c.unread("'ODD' is not a valid value for Enum_Carrier_Code.", operation, "<CarrierCode>ODD</CarrierCode>")
			})
		}
	})
}

func TestEveryMemberOfEnumProductTypeCodeFindsTheProductsOfItsTypes(t *testing.T) {
	eachEngine(t, func(c *client) {
		var more catalogue.Entries
		words := enum_Product_Type_Code("").Members()
		for i, word := range words {
			id := catalogue.ProductTypeID(1000 + i)
			more.ProductTypes = append(more.ProductTypes, catalogue.ProductType{ID: id, Name: "The " + word, Code: word})
			more.Products = append(more.Products, catalogue.Product{ID: catalogue.ProductID(id), Name: word, Type: id, Category: 77})
		}
		c.load(c.t, "ACME", catalogue.Import{Entries: more})
		const content = "<ProductTypeCode>%s</ProductTypeCode><ProductCategoryID>77</ProductCategoryID>"
		for _, word := range words {
			c.run(word, func() {
				if got := elements(c.accepted("Products_Query", fmt.Sprintf(content, word)), "Name"); fmt.Sprint(got) != "["+word+"]" {
					c.t.Errorf("found %v", got)
				}
			})
		}
		c.run("an unknown one", func() {
			c.unread("'ODD' is not a valid value for Enum_Product_Type_Code.", "Products_Query", fmt.Sprintf(content, "ODD"))
		})
	})
}
