SELECT 'ÿþ;'; SELECT "Ã;"; SELECT â‚;
