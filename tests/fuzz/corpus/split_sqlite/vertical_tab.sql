 BEG07tseK
;;end;