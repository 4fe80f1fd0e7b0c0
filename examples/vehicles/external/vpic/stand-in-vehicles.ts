import type { VpicResult } from './wire.ts'

type Known = Pick<VpicResult, 'Make' | 'Model' | 'ModelYear'> & Partial<VpicResult>

const usa = 'UNITED STATES (USA)'
const car = { VehicleType: 'PASSENGER CAR', FuelTypePrimary: 'Gasoline' }

/** The VINs that the stand-in knows, with vPIC's names and spelling. */
export const knownVehicles: Readonly<Record<string, Known>> = {
  '1HGCM82633A004352': { ...car, Make: 'HONDA', Model: 'Accord', ModelYear: '2003', Trim: 'EX-V6', BodyClass: 'Coupe', Manufacturer: 'AMERICAN HONDA MOTOR CO., INC.', PlantCountry: usa },
  '1HGBH41JXMN109186': { ...car, Make: 'HONDA', Model: 'Accord', ModelYear: '1991', BodyClass: 'Sedan/Saloon', Manufacturer: 'AMERICAN HONDA MOTOR CO., INC.', PlantCountry: usa },
  '2HGFC2F56KH512345': { ...car, Make: 'HONDA', Model: 'Civic', ModelYear: '2019', Trim: 'LX', BodyClass: 'Sedan/Saloon', Manufacturer: 'HONDA OF CANADA MFG., INC.', PlantCountry: 'CANADA' },
  '1M8GDM9AXKP042788': { Make: 'MCI', Model: '102A3', ModelYear: '1989', BodyClass: 'Bus', FuelTypePrimary: 'Diesel', VehicleType: 'BUS', Manufacturer: 'MOTOR COACH INDUSTRIES', PlantCountry: usa },
  '1FTFW1ET9DFC10312': { Make: 'FORD', Model: 'F-150', ModelYear: '2013', BodyClass: 'Pickup', FuelTypePrimary: 'Gasoline', VehicleType: 'TRUCK', Manufacturer: 'FORD MOTOR COMPANY', PlantCountry: usa },
  '1FA6P8CF6H5212345': { ...car, Make: 'FORD', Model: 'Mustang', ModelYear: '2017', Trim: 'GT', BodyClass: 'Coupe', Manufacturer: 'FORD MOTOR COMPANY', PlantCountry: usa },
  '5YJ3E1EA7KF131548': { Make: 'TESLA', Model: 'Model 3', ModelYear: '2019', BodyClass: 'Sedan/Saloon', FuelTypePrimary: 'Electric', VehicleType: 'PASSENGER CAR', Manufacturer: 'TESLA, INC.', PlantCountry: usa },
  '5YJSA1E27HF000337': { Make: 'TESLA', Model: 'Model S', ModelYear: '2017', BodyClass: 'Hatchback/Liftback/Notchback', FuelTypePrimary: 'Electric', VehicleType: 'PASSENGER CAR', Manufacturer: 'TESLA, INC.', PlantCountry: usa },
  '3VWFE21C04M000001': { ...car, Make: 'VOLKSWAGEN', Model: 'New Beetle', ModelYear: '2004', BodyClass: 'Hatchback/Liftback/Notchback', Manufacturer: 'VOLKSWAGEN DE MEXICO SA DE CV', PlantCountry: 'MEXICO' },
  '2T1BURHE5JC024741': { ...car, Make: 'TOYOTA', Model: 'Corolla', ModelYear: '2018', BodyClass: 'Sedan/Saloon', Manufacturer: 'TOYOTA MOTOR MANUFACTURING CANADA, INC.', PlantCountry: 'CANADA' },
  '4T1BF1FK2CU034567': { ...car, Make: 'TOYOTA', Model: 'Camry', ModelYear: '2012', BodyClass: 'Sedan/Saloon', Manufacturer: 'TOYOTA MOTOR MANUFACTURING, KENTUCKY, INC.', PlantCountry: usa },
  WBA3A5C57CF256651: { ...car, Make: 'BMW', Model: '328i', ModelYear: '2012', BodyClass: 'Sedan/Saloon', Manufacturer: 'BMW AG', PlantCountry: 'GERMANY' },
  WP0AB2A98KS114567: { ...car, Make: 'PORSCHE', Model: '911', ModelYear: '2019', Trim: 'Carrera S', BodyClass: 'Coupe', Manufacturer: 'DR. ING. H.C. F. PORSCHE AG', PlantCountry: 'GERMANY' },
  JM1NDAL70K0301234: { ...car, Make: 'MAZDA', Model: 'MX-5', ModelYear: '2019', Trim: 'Grand Touring', BodyClass: 'Convertible/Cabriolet', Manufacturer: 'MAZDA MOTOR CORPORATION', PlantCountry: 'JAPAN' },
  '1C4RJFBG8FC123456': { Make: 'JEEP', Model: 'Grand Cherokee', ModelYear: '2015', Trim: 'Limited', BodyClass: 'Sport Utility Vehicle (SUV)/Multi-Purpose Vehicle (MPV)', FuelTypePrimary: 'Gasoline', VehicleType: 'MULTIPURPOSE PASSENGER VEHICLE (MPV)', Manufacturer: 'FCA US LLC', PlantCountry: usa }
}

/** VINs with a right check digit for which the stand-in misbehaves, whatever its mode; scenarios use them. */
export const faultyVins = {
  JTDKN3DU6A0123456: 'fail',
  '1J4FA49S54P700123': 'hang',
  '5XYZU3LB4EG123456': 'garbage'
} as const

/** VINs for which the stand-in answers one of vPIC's error codes. */
export const refusedVins: Readonly<Record<string, string>> = {
  SAJWA0ES7DPS12345: '7',
  '11111111111111111': '8'
}
