package cataloguefile

import (
	"latchkey/internal/catalogue"
)

// written gives entries in the form of a file.
func written(e catalogue.Entries) document {
	return document{
		TaxEngine: string(e.TaxEngine),
		Providers: list(e.Providers, func(p catalogue.Provider) provider {
			return provider{ID: int64(p.ID), Name: p.Name, Code: p.Code, Closed: p.Closed}
		}),
		ProviderAccounts: list(e.ProviderAccounts, func(a catalogue.ProviderAccount) providerAccount {
			return providerAccount{ID: int64(a.ID), Provider: int64(a.Provider), Name: a.Name}
		}),
		ServiceTypes: list(e.ServiceTypes, func(t catalogue.ServiceType) serviceType {
			return serviceType{ID: int64(t.ID), Name: t.Name}
		}),
		ProductTypes: list(e.ProductTypes, func(t catalogue.ProductType) productType {
			return productType{ID: int64(t.ID), Name: t.Name, Code: t.Code}
		}),
		Products: list(e.Products, writtenProduct),
		Packages: list(e.Packages, writtenPackage),
		Programs: list(e.Programs, func(p catalogue.Program) program {
			return program{
				ID: int64(p.ID), Description: p.Description, LongDescription: p.LongDescription, PIC: p.PIC, LPIC: p.LPIC,
				CreatedAt: p.CreatedAt, CreatedBy: p.CreatedBy, Closed: p.Closed,
			}
		}),
		BillProfiles: list(e.BillProfiles, func(p catalogue.BillProfile) billProfile {
			return billProfile{ID: int64(p.ID), Name: p.Name, Default: p.Default}
		}),
		Processes: list(e.Processes, writtenProcess),
		UnavailableReasons: list(e.UnavailableReasons, func(u catalogue.UnavailableReason) unavailableReason {
			return unavailableReason{ID: int64(u.ID), Description: u.Description}
		}),
		CustomFields: list(e.CustomFields, func(f catalogue.CustomField) customField {
			return customField{ID: int64(f.ID), Scope: string(f.Scope), Label: f.Label, Closed: f.Closed}
		}),
		InventoryTypes: list(e.InventoryTypes, writtenInventoryType),
		LifelineTypes: list(e.LifelineTypes, func(t catalogue.LifelineType) lifelineType {
			return lifelineType{ID: int64(t.ID), Name: t.Name, State: t.State}
		}),
		ProofTypes: list(e.ProofTypes, func(t catalogue.ProofType) proofType {
			return proofType{ID: int64(t.ID), Name: t.Name, Notes: t.Notes}
		}),
		Agents: list(e.Agents, writtenAgent),
	}
}

func writtenProduct(p catalogue.Product) product {
	return product{
		ID: int64(p.ID), Name: p.Name, Description: p.Description, WholesaleDescription: p.WholesaleDescription,
		Type: int64(p.Type), Provider: int64(p.Provider), Rate: p.Rate, Cost: p.Cost, OneTime: p.OneTime, State: p.State,
		Category: p.Category, Code1: p.Code1, Code2: p.Code2, Provisioned: p.Provisioned, GroupOnBill: p.GroupOnBill,
		TaxIncluded: p.TaxIncluded, Class: p.Class, Locations: p.Locations, BillProfiles: ids[int64](p.BillProfiles),
		ServiceTypes: ids[int64](p.ServiceTypes), InventoryTypes: ids[int64](p.InventoryTypes),
		Attributes: list(p.Attributes, func(a catalogue.Attribute) attribute { return attribute(a) }),
		Allowances: list(p.Allowances, func(a catalogue.Allowance) allowance { return allowance(a) }),
		Closed:     p.Closed,
	}
}

func writtenPackage(p catalogue.Package) bundle {
	return bundle{
		ID: int64(p.ID), Name: p.Name, Description: p.Description, Details: p.Details, Provider: int64(p.Provider),
		ServiceType: int64(p.ServiceType), Program: int64(p.Program),
		Products: list(p.Products, func(in catalogue.PackageProduct) packageProduct {
			return packageProduct{Product: int64(in.Product), Group: in.Group, Lead: in.Lead, Rate: in.Rate, Quantity: in.Quantity}
		}),
		State: p.State, Category: p.Category, Class: p.Class, Locations: p.Locations, BillProfiles: ids[int64](p.BillProfiles),
		InventoryTypes: ids[int64](p.InventoryTypes), ZipCodes: p.ZipCodes, LifelineOnly: p.LifelineOnly,
		TribalOnly: p.TribalOnly, Closed: p.Closed,
	}
}

func writtenProcess(p catalogue.Process) process {
	return process{
		ID: int64(p.ID), Name: p.Name,
		Phases: list(p.Phases, func(ph catalogue.Phase) phase {
			return phase{
				ID: int64(ph.ID), Description: ph.Description,
				Routes: list(ph.Routes, func(r catalogue.Route) route {
					return route{ID: int64(r.ID), Description: r.Description, To: int64(r.To)}
				}),
			}
		}),
	}
}

func writtenInventoryType(t catalogue.InventoryType) inventoryType {
	return inventoryType{
		ID: int64(t.ID), Kind: string(t.Kind), Name: t.Name, Description: t.Description, IdentifierLabel: t.IdentifierLabel,
		Format: t.Format, RequiresProduct: t.RequiresProduct, ProgrammingInstructions: t.ProgrammingInstructions,
		Fields: list(t.Fields, func(f catalogue.FieldValue) fieldValue { return fieldValue{int64(f.Field), f.Value} }),
		Closed: t.Closed,
	}
}

func writtenAgent(a catalogue.AgentDetails) agent {
	return agent{
		Number: a.Number, Phone: a.Phone, Fax: a.Fax, Email: a.Email, HoursOfOperation: a.HoursOfOperation,
		LocationDetails: a.LocationDetails, CommissionPlan: a.CommissionPlan,
		Address: address{
			FirstName: a.Address.FirstName, LastName: a.Address.LastName, CompanyName: a.Address.CompanyName,
			Address1: a.Address.Address1, Address2: a.Address.Address2, City: a.Address.City, State: a.Address.State,
			Zip: a.Address.Zip, Zip4: a.Address.Zip4, Country: a.Address.Country,
		},
	}
}
