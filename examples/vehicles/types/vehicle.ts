/** A vehicle as clients see it. Times are ISO 8601 in UTC; the odometer counts whole units of the owner's choice. */
export interface Vehicle {
  readonly id: string
  readonly vin: string
  readonly make: string | null
  readonly model: string | null
  readonly year: number | null
  readonly nickname: string | null
  readonly color: string | null
  readonly licensePlate: string | null
  readonly odometer: number | null
  readonly createdAt: string
  readonly updatedAt: string
}

/** The fields a client may set; null clears one. */
export interface VehicleDetails {
  readonly make?: string | null | undefined
  readonly model?: string | null | undefined
  readonly year?: number | null | undefined
  readonly nickname?: string | null | undefined
  readonly color?: string | null | undefined
  readonly licensePlate?: string | null | undefined
  readonly odometer?: number | null | undefined
}

/** What a client sends to add a vehicle. */
export interface VehicleDraft extends VehicleDetails {
  readonly vin: string
}

/** What the VIN alone tells. */
export interface DecodedVin {
  readonly vin: string
  readonly make: string
  readonly model: string | null
  readonly year: number | null
  readonly trim: string | null
  readonly bodyClass: string | null
  readonly fuelType: string | null
  readonly manufacturer: string | null
  readonly plantCountry: string | null
}
