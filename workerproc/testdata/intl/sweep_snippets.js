// A little of everything in each locale that there is.
const locales = `af af-NA ak am ar ar-AE ar-BH ar-DJ ar-DZ ar-EG ar-EH ar-ER ar-IL ar-IQ ar-JO ar-KM ar-KW ar-LB ar-LY ar-MA ar-MR
  ar-OM ar-PS ar-QA ar-SA ar-SD ar-SO ar-SS ar-SY ar-TD ar-TN ar-YE az az-Arab az-Arab-IQ az-Arab-TR az-Cyrl az-Latn bg
  bn bn-IN bs bs-Cyrl bs-Latn ca ca-AD ca-ES-valencia ca-FR ca-IT cs da da-GL de de-AT de-BE de-CH de-IT de-LI de-LU el
  el-CY el-polyton en en-001 en-150 en-AE en-AG en-AI en-AS en-AT en-AU en-BB en-BE en-BI en-BM en-BS en-BW en-BZ en-CA
  en-CC en-CH en-CK en-CM en-CX en-CY en-CZ en-DE en-DG en-DK en-DM en-EE en-ER en-ES en-FI en-FJ en-FK en-FM en-FR
  en-GB en-GD en-GE en-GG en-GH en-GI en-GM en-GS en-GU en-GY en-HK en-HU en-ID en-IE en-IL en-IM en-IN en-IO en-IT
  en-JE en-JM en-JP en-KE en-KI en-KN en-KY en-LC en-LR en-LS en-LT en-LV en-MG en-MH en-MO en-MP en-MS en-MT en-MU
  en-MV en-MW en-MY en-NA en-NF en-NG en-NL en-NO en-NR en-NU en-NZ en-PG en-PH en-PK en-PL en-PN en-PR en-PT en-PW
  en-RO en-RW en-SB en-SC en-SD en-SE en-SG en-SH en-SI en-SK en-SL en-SS en-SX en-SZ en-TC en-TK en-TO en-TT en-TV
  en-TZ en-UA en-UG en-UM en-VC en-VG en-VI en-VU en-WS en-ZA en-ZM en-ZW es es-419 es-AR es-BO es-BR es-BZ es-CL es-CO
  es-CR es-CU es-DO es-EA es-EC es-GQ es-GT es-HN es-IC es-MX es-NI es-PA es-PE es-PH es-PR es-PY es-SV es-US es-UY
  es-VE et fa fa-AF fi fil fr fr-BE fr-BF fr-BI fr-BJ fr-BL fr-CA fr-CD fr-CF fr-CG fr-CH fr-CI fr-CM fr-DJ fr-DZ fr-GA
  fr-GF fr-GN fr-GP fr-GQ fr-HT fr-KM fr-LU fr-MA fr-MC fr-MF fr-MG fr-ML fr-MQ fr-MR fr-MU fr-NC fr-NE fr-PF fr-PM
  fr-RE fr-RW fr-SC fr-SN fr-SY fr-TD fr-TG fr-TN fr-VU fr-WF fr-YT gu he hi hi-Latn hr hr-BA hu id it it-CH it-SM it-VA
  ja kk kk-Arab kk-Cyrl kk-KZ kn ko ko-CN ko-KP kok kok-Deva kok-Latn lt lv ml mr ms ms-BN ms-ID ms-SG nb nb-SJ nl nl-AW
  nl-BE nl-BQ nl-CW nl-SR nl-SX no pa pa-Arab pa-Guru pl pt pt-AO pt-CH pt-CV pt-GQ pt-GW pt-LU pt-MO pt-MZ pt-PT pt-ST
  pt-TL ro ro-MD ru ru-BY ru-KG ru-KZ ru-MD ru-UA sd sd-Arab sd-Deva sk sl sr sr-Cyrl sr-Cyrl-BA sr-Cyrl-ME sr-Cyrl-XK
  sr-Latn sr-Latn-BA sr-Latn-ME sr-Latn-XK sv sv-AX sv-FI sw sw-CD sw-KE sw-UG ta ta-LK ta-MY ta-SG te th tr tr-CY uk ur
  ur-IN uz uz-Arab uz-Cyrl uz-Latn vi zh zh-Hans zh-Hans-HK zh-Hans-MO zh-Hans-MY zh-Hans-SG zh-Hant zh-Hant-HK
  zh-Hant-MO zh-Hant-MY`.split(/\s+/);
const out = {};
for (const l of locales) out[`locale ${l}`] = ()=> {
  const r = [];
  const D=(o)=>r.push(new Intl.DateTimeFormat(l,{timeZone:"UTC",calendar:"gregory",...o}).format(1577934245678));
  D({});
  D({dateStyle:"full",timeStyle:"long"});
  D({dateStyle:"medium"});
  D({timeStyle:"short"});
  D({month:"short",day:"numeric"});
  D({weekday:"short",hour:"numeric"});
  D({year:"numeric",month:"long"});
  r.push(new Intl.DateTimeFormat(l,{timeZone:"UTC",calendar:"gregory",month:"short",day:"numeric"}).formatRange(0,5*864e5));
  const N=(o,v)=>r.push(new Intl.NumberFormat(l,o).format(v));
  N({},-1234567.891);
  N({style:"currency",currency:"EUR"},1234.5);
  N({style:"currency",currency:"USD",currencyDisplay:"name"},2);
  N({notation:"compact"},12345);
  N({notation:"compact",compactDisplay:"long"},1234567);
  N({style:"percent"},0.256);
  N({style:"unit",unit:"kilometer-per-hour"},50);
  N({style:"unit",unit:"day",unitDisplay:"long"},3);
  r.push(new Intl.ListFormat(l).format(["a","b","c"]),new Intl.RelativeTimeFormat(l).format(-3,"day"),new Intl.RelativeTimeFormat(l,{numeric:"auto"}).format(1,"day"),new Intl.DisplayNames(l,{type:"region"}).of("DE"),new Intl.DisplayNames(l,{type:"language"}).of("fr"),new Intl.PluralRules(l).select(3), new Intl.DateTimeFormat(l).resolvedOptions().locale, new Intl.DateTimeFormat(l,{hour:"numeric"}).resolvedOptions().hourCycle, new Intl.NumberFormat(l).resolvedOptions().numberingSystem);
  return r; };
export default out;

