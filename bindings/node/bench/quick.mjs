import { workloads } from './workloads.mjs';
const re=new RegExp(process.argv[2]??'.');
for(const {row,ours,theirs} of workloads.filter(w=>re.test(w.row))){
  // interleaved slices of ~2ms, CPU time
  const time=(f,n)=>{const t=process.hrtime.bigint();for(let i=0;i<n;i++)f();return Number(process.hrtime.bigint()-t)/n};
  for(let i=0;i<20;i++){ours();theirs();}
  const one=time(theirs,5); const n=Math.max(1,Math.round(3e6/one)); const no=n*3;
  const A=[],B=[],R=[];
  for(let i=0;i<(+process.argv[3]||150);i++){const b=time(theirs,n);const a=time(ours,no);A.push(a);B.push(b);R.push(b/a)}
  const med=l=>l.toSorted((x,y)=>x-y)[l.length>>1];
  console.log(row,'| ours',(Math.min(...A)/1000).toFixed(2),'json',(Math.min(...B)/1000).toFixed(2),'| min',(Math.min(...B)/Math.min(...A)).toFixed(2),'med ratio',med(R).toFixed(2));
}
